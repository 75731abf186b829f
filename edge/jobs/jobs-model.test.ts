import { expect, test } from "bun:test";
import fc from "fast-check";
import { canFollow, hasEnded, type JobState } from "../../protocol/jobs/job-machine.ts";
import { HOUR, SECOND } from "../../protocol/units.ts";
import { JobSite } from "./testing/job-site.ts";

const DEVICES = ["till-1", "till-2"] as const;
const id = (n: number) => `0192f0c1-2345-7abc-8def-${String(n).padStart(12, "0")}`;

type Act =
  | { do: "want"; n: number; device: number; retries: number }
  | { do: "connect" | "disconnect"; device: number }
  | { do: "answer"; n: number; device: number; ok: boolean }
  | { do: "cancel"; n: number }
  | { do: "crash" }
  | { do: "advance"; ms: number };

const executions = fc.integer({ min: 1, max: 5 });
const device = fc.integer({ min: 0, max: 1 });
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    do: fc.constant("want" as const),
    n: executions,
    device,
    retries: fc.integer({ min: 0, max: 2 }),
  }),
  fc.record({ do: fc.constantFrom("connect" as const, "disconnect" as const), device }),
  fc.record({ do: fc.constant("answer" as const), n: executions, device, ok: fc.boolean() }),
  fc.record({ do: fc.constant("cancel" as const), n: executions }),
  fc.record({ do: fc.constant("crash" as const) }),
  fc.record({ do: fc.constant("advance" as const), ms: fc.integer({ min: 1, max: 90_000 }) }),
);

async function perform(site: JobSite, what: Act): Promise<void> {
  switch (what.do) {
    case "want":
      site.want({
        execution: id(what.n),
        device: DEVICES[what.device]!,
        retries: { max: what.retries, firstMs: SECOND, maxMs: 4 * SECOND },
      });
      break;
    case "connect":
      site.connect(DEVICES[what.device]!);
      break;
    case "disconnect":
      site.disconnect(DEVICES[what.device]!);
      break;
    case "answer":
      site.answer(DEVICES[what.device]!, id(what.n), what.ok ? { ok: true } : { ok: false, error: "no" });
      break;
    case "cancel":
      site.db.transaction(() => site.jobs.apply({ kind: "job.cancel", job: id(99), execution: id(what.n) }));
      break;
    case "crash":
      site.crash();
      break;
    case "advance":
      site.clock.advance(what.ms);
  }
  await site.settle();
}

/** Some of the acts end without letting what they began go on, as a crash does. */
test("whatever comes in whatever order, each execution ends once, and no attempt is told to its device twice", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 40 }), fc.constantFrom(0, 100), async (acts, manyWait) => {
      using site = new JobSite(DEVICES, { running: 10, runningPerTarget: 1, manyWait });
      site.jobs.start();
      for (const what of acts) await perform(site, what);
      for (const name of DEVICES) site.connect(name);
      for (let hour = 0; hour < 3; hour += 1) {
        site.clock.advance(HOUR);
        await site.settle();
      }

      const said = new Map<string, { state: JobState; attempt: number }[]>();
      for (const event of site.told("job.state")) {
        if (event.kind !== "job.state") continue;
        const list = said.get(event.execution) ?? [];
        said.set(event.execution, list);
        list.push(event);
      }
      for (const [execution, states] of said) {
        for (const [index, { state }] of states.entries()) {
          const before = states[index - 1]?.state;
          // One that is asked for again is told as it is.
          if (before !== undefined && before !== state) expect(canFollow(before, state)).toBe(true);
        }
        expect(hasEnded(states.at(-1)!.state)).toBe(true);
        const ends = new Set(states.map(({ state }) => state).filter(hasEnded));
        expect(ends.size).toBe(1);
        const sent = site.published.filter((command) => command.execution === execution).length;
        expect(sent).toBeLessThanOrEqual(Math.max(...states.map(({ attempt }) => attempt)));
      }
    }),
    { numRuns: 200 },
  );
}, 60_000);
