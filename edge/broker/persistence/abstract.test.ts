import { afterAll, describe, expect, test } from "bun:test";
import assert from "node:assert";
import abstractSuite from "aedes-persistence/abstract.js";
import { seededRandom } from "../../../protocol/seeded-random.ts";
import { ManualClock } from "../../../protocol/testing/manual-clock.ts";
import { openDatabase } from "../../database/database.ts";
import { createGroupCommit } from "../../telemetry/group-commit.ts";
import { Permissions } from "../permissions.ts";
import { PERSISTENCE_LIMITS, Persistence } from "./persistence.ts";

/** The suite that aedes-persistence publishes for every persistence, all of it. */

interface Context {
  assert: typeof assert;
  plan(count: number): void;
  diagnostic(text: string): void;
}

let cases = 0;
const opened: Disposable[] = [];

describe("the published suite of aedes-persistence", () => {
  abstractSuite({
    testAsync: true,
    persistence: () => {
      const clock = new ManualClock();
      const db = openDatabase(":memory:", { clock, random: seededRandom(1) });
      opened.push(db);
      const permissions = new Permissions({ topics: () => new Map() });
      const commit = createGroupCommit(db, clock);
      return new Persistence({ db, commit, clock, permissions, limits: PERSISTENCE_LIMITS });
    },
    test: (name: string, run: (t: Context) => Promise<void>) => {
      cases += 1;
      test(name, async () => {
        let asserted = 0;
        let planned: number | null = null;
        const counting = new Proxy(assert, {
          get: (target, method: keyof typeof assert) => {
            const original = target[method];
            return (...args: unknown[]) => {
              asserted += 1;
              return (original as (...given: unknown[]) => unknown)(...args);
            };
          },
        });
        await run({
          assert: counting,
          plan: (count) => {
            planned = count;
          },
          diagnostic: () => undefined,
        });
        if (planned !== null) expect(asserted).toBe(planned);
      });
    },
  });

  test("is whole", () => {
    expect(cases).toBe(50);
  });
});
afterAll(() => {
  for (const db of opened) db[Symbol.dispose]();
});
