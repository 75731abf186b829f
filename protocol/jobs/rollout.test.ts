import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import * as v from "valibot";
import { mayRelease, mustStop, type Rollout, rolloutSchema, stageEnd } from "./rollout.ts";
import { nextRunState, RUN_EVENTS, RUN_STATES, type RunEvent, type RunState } from "./run-states.ts";

const stopAt = fc.option(
  fc.record({
    failureRate: fc.double({ min: 0, max: 1, noNaN: true }),
    after: fc.integer({ min: 1, max: 10 }),
  }),
  { nil: undefined },
);
const withStop = <Of extends object>(of: fc.Arbitrary<Of>) =>
  fc
    .tuple(of, stopAt)
    .map(([rollout, at]) => (at === undefined ? rollout : { ...rollout, stopAt: at }) as Of);
const rollouts: fc.Arbitrary<Rollout> = fc.oneof(
  withStop(fc.constant({ kind: "all" as const })),
  withStop(fc.record({ kind: fc.constant("batches" as const), size: fc.integer({ min: 1, max: 30 }) })),
  withStop(
    fc.record({
      kind: fc.constant("canary" as const),
      first: fc.integer({ min: 1, max: 10 }),
      growth: fc.double({ min: 1, max: 5, noNaN: true }),
    }),
  ),
);

/** The stages written out, as a person would. */
function stages(rollout: Rollout, total: number): number[] {
  const sizes: number[] = [];
  let size = rollout.kind === "all" ? total : rollout.kind === "batches" ? rollout.size : rollout.first;
  for (let left = total; left > 0; left -= size) {
    if (sizes.length > 0 && rollout.kind === "canary") size = Math.ceil(size * rollout.growth);
    sizes.push(Math.min(size, left));
  }
  return sizes;
}

describe("a rollout", () => {
  test("walked at random against stages written out: no stage begins before the one before has ended", () => {
    fc.assert(
      fc.property(
        rollouts,
        fc.integer({ min: 1, max: 200 }),
        fc.infiniteStream(fc.integer({ min: 0, max: 99 })),
        (rollout, total, dice) => {
          const sizes = stages(rollout, total);
          expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(total);
          const counts = { total, released: 0, ended: 0, failed: 0 };
          for (let step = 0; counts.ended < total && step < 5_000; step += 1) {
            const stop = mustStop(rollout, counts, { ended: 0, failed: 0 });
            const { failed, ended } = counts;
            const { failureRate, after } = rollout.stopAt ?? { failureRate: 1, after: 1 };
            expect(stop).toBe(
              rollout.stopAt !== undefined &&
                failed > 0 &&
                ended >= (after ?? 1) &&
                failed / ended > failureRate,
            );
            if (stop) return;
            const open = mayRelease(rollout, counts);
            // The model: the first stage that has not ended as a whole, and what is left of it.
            let until = 0;
            for (const size of sizes) {
              until += size;
              if (counts.ended < until) break;
            }
            expect(open).toBe(until - counts.released);
            const roll = dice.next().value as number;
            if (open > 0 && roll % 2 === 0) counts.released += 1 + (roll % open);
            else if (counts.released > counts.ended) {
              counts.ended += 1;
              if (roll % 5 === 1) counts.failed += 1;
            } else counts.released += Math.min(open, 1);
          }
          expect(counts.ended).toBe(total);
          expect(mayRelease(rollout, counts)).toBe(0);
        },
      ),
    );
  });

  test("a canary grows", () => {
    const rollout = v.parse(rolloutSchema, { kind: "canary", first: 1, growth: 3 });
    expect([0, 1, 4, 13, 40].map((at) => stageEnd(rollout, at, 50))).toEqual([1, 4, 13, 40, 50]);
  });

  test("failures that a person has looked at are not held against it again", () => {
    const rollout: Rollout = { kind: "all", stopAt: { failureRate: 0.1, after: 4 } };
    const counts = { total: 100, released: 10, ended: 10, failed: 3 };
    expect(mustStop(rollout, counts, { ended: 0, failed: 0 })).toBe(true);
    expect(mustStop(rollout, counts, { ended: 10, failed: 3 })).toBe(false);
    expect(mustStop(rollout, { ...counts, ended: 13, failed: 6 }, { ended: 10, failed: 3 })).toBe(false);
    expect(mustStop(rollout, { ...counts, ended: 14, failed: 6 }, { ended: 10, failed: 3 })).toBe(true);
  });

  test.each([
    [{ kind: "batches", size: 0 }, "size"],
    [{ kind: "batches" }, "size"],
    [{ kind: "canary", first: 1.5 }, "first"],
    [{ kind: "canary", first: 1, growth: 0.5 }, "growth"],
    [{ kind: "all", stopAt: { failureRate: 2 } }, "stopAt.failureRate"],
    [{ kind: "some" }, "kind"],
  ])("%o is refused at %s", (input, path) => {
    const parsed = v.safeParse(rolloutSchema, input);
    expect(parsed.issues?.map((issue) => v.getDotPath(issue))).toEqual([path]);
  });
});

describe("the states of a run", () => {
  const STEPS: Partial<Record<`${RunState} ${RunEvent}`, RunState>> = {
    "running pause": "paused",
    "running stop": "stopped",
    "running finish": "finished",
    "running cancel": "cancelled",
    "paused resume": "running",
    "paused finish": "finished",
    "paused cancel": "cancelled",
    "stopped resume": "running",
    "stopped finish": "finished",
    "stopped cancel": "cancelled",
    "finished again": "running",
  };
  for (const state of RUN_STATES) {
    test.each(RUN_EVENTS.map((event) => [event]))(`${state}, %s`, (event) => {
      const to = STEPS[`${state} ${event}`];
      expect(nextRunState(state, event)).toMatchObject(
        to === undefined ? { ok: false, refusal: { code: "job.wrong-state" } } : { ok: true, value: to },
      );
    });
  }
});
