import { afterAll, beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import { canFollow, hasEnded, type JobState } from "../../protocol/jobs/job-machine.ts";
import type { HalfAnswer, HalfAsk } from "../../protocol/testing/half.ts";
import { HOUR, MINUTE } from "../../protocol/units.ts";

/**
 * Both halves of jobs, the cloud's and the gateway's, each in a process with a database of its own and a clock that the test moves, and
 * between them the two logs, carried by the test: late, cut off, in pieces, said again. Whatever happens in whatever order,
 * each execution ends in one state, the same on both sides.
 */
class Half implements Disposable {
  readonly #child;
  readonly #waiting = new Map<number, (answer: HalfAnswer) => void>();
  #asked = 0;

  constructor(file: string) {
    this.#child = Bun.spawn([process.execPath, file], {
      stdio: ["ignore", "inherit", "inherit"],
      ipc: (answer: HalfAnswer) => {
        this.#waiting.get(answer.id)?.(answer);
        this.#waiting.delete(answer.id);
      },
    });
  }

  async ask<T = null>(op: string, ...args: unknown[]): Promise<T> {
    this.#asked += 1;
    const ask: HalfAsk = { id: this.#asked, op, args };
    const answered = new Promise<HalfAnswer>((resolve) => this.#waiting.set(ask.id, resolve));
    this.#child.send(ask);
    const { ok, value } = await answered;
    if (!ok) throw new Error(`${op}: ${value}`);
    return value as T;
  }

  [Symbol.dispose](): void {
    this.#child.kill();
  }
}

type Wish = { kind: string; execution?: string };
type Said = { kind: string; execution: string; state: JobState };

const DEVICES = ["till-1", "till-2", "till-3"];
type Act =
  | { do: "make"; retries: number; canary: boolean }
  | { do: "down" | "up"; entries: number }
  | { do: "connect" | "disconnect"; device: number }
  | { do: "answer"; nth: number; ok: boolean }
  | { do: "cancel" | "retry" | "cancelOne" | "retryOne" | "sayAgain"; nth: number }
  | { do: "crash" | "announce" }
  | { do: "advance"; ms: number };

const one = <Do extends Act["do"]>(...what: Do[]) => fc.constantFrom(...what);
const nth = fc.nat({ max: 8 });
const act = fc.oneof(
  fc.record({ do: one("make"), retries: fc.nat({ max: 2 }), canary: fc.boolean() }),
  { weight: 4, arbitrary: fc.record({ do: one("down", "up"), entries: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ do: one("connect", "disconnect"), device: fc.nat({ max: 2 }) }) },
  { weight: 3, arbitrary: fc.record({ do: one("answer"), nth, ok: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: one("cancel", "retry", "cancelOne", "retryOne", "sayAgain"), nth }),
  },
  fc.record({ do: one("crash", "announce") }),
  fc.record({ do: one("advance"), ms: fc.integer({ min: 1, max: 2 * MINUTE }) }),
) as fc.Arbitrary<Act>;

let edge: Half;
let cloud: Half;
beforeAll(() => {
  edge = new Half("edge/jobs/testing/edge-half.ts");
  cloud = new Half("cloud/jobs/testing/cloud-half.ts");
});
afterAll(() => {
  edge[Symbol.dispose]();
  cloud[Symbol.dispose]();
});

/** What is between them: the logs as they were written, and how far each is carried. */
class Between {
  readonly jobs: string[] = [];
  readonly #said: Said[] = [];
  #down = 0;
  #up = 0;

  async carryDown(most: number): Promise<number> {
    const sent = await cloud.ask<Wish[]>("sent");
    const some = sent.slice(this.#down, this.#down + most);
    for (const wish of some) await edge.ask("apply", wish);
    this.#down += some.length;
    return some.length;
  }

  async carryUp(most: number): Promise<number> {
    this.#said.push(...(await edge.ask<Said[]>("told")));
    const some = this.#said.slice(this.#up, this.#up + most);
    if (some.length > 0) await cloud.ask("hear", ...some);
    this.#up += some.length;
    return some.length;
  }

  /** What the gateway has had already comes once more, as from a cloud that came back from a backup. */
  async sayAgain(nth: number): Promise<void> {
    const had = (await cloud.ask<Wish[]>("sent")).slice(0, this.#down);
    const executes = had.filter(({ kind }) => kind === "job.execute");
    if (executes.length > 0) await edge.ask("apply", executes[nth % executes.length]);
  }

  async perform(what: Act): Promise<void> {
    const job = "nth" in what ? this.jobs[what.nth % Math.max(1, this.jobs.length)] : undefined;
    switch (what.do) {
      case "make": {
        const rollout = what.canary ? { kind: "canary", first: 1 } : { kind: "all" };
        const retries = { max: what.retries, firstMs: 1_000, maxMs: 4_000 };
        const made = await cloud.ask<string>("make", {
          retries,
          rollout,
          timeoutMs: MINUTE,
          expiresAfterMs: HOUR,
        });
        this.jobs.push(made);
        return;
      }
      case "down":
        return void (await this.carryDown(what.entries));
      case "up":
        return void (await this.carryUp(what.entries));
      case "connect":
      case "disconnect":
        return void (await edge.ask(what.do, DEVICES[what.device]));
      case "answer": {
        const sent = await edge.ask<{ device: string; execution: string }[]>("published");
        const command = sent[what.nth % Math.max(1, sent.length)];
        if (command !== undefined) await edge.ask("answer", command.device, command.execution, what.ok);
        return;
      }
      case "cancel":
      case "retry":
        if (job !== undefined) await cloud.ask(what.do, job);
        return;
      case "cancelOne":
      case "retryOne": {
        if (job === undefined) return;
        const executions = await cloud.ask<{ id: string }[]>("executions", job);
        const { id } = executions[what.nth % executions.length]!;
        await cloud.ask(what.do, job, id);
        return;
      }
      case "sayAgain":
        return this.sayAgain(what.nth);
      case "crash":
      case "announce":
        return void (await edge.ask(what.do));
      case "advance":
        await edge.ask("advance", what.ms);
        await cloud.ask("advance", what.ms);
    }
  }

  /** Everything is carried, every device is there, and time passes until nothing more happens. */
  async settle(): Promise<void> {
    for (const device of DEVICES) await edge.ask("connect", device);
    for (let hours = 0; hours < 8; hours += 1) {
      while ((await this.carryDown(1_000)) + (await this.carryUp(1_000)) > 0);
      for (const half of [edge, cloud]) await half.ask("advance", HOUR);
    }
    while ((await this.carryDown(1_000)) + (await this.carryUp(1_000)) > 0);
  }
}

test("each execution ends in one state, the same on both sides, whatever is late, lost, said again or restarted", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 4, maxLength: 30 }), async (acts) => {
      await Promise.all([edge.ask("reset"), cloud.ask("reset")]);
      const between = new Between();
      await between.perform({ do: "make", retries: 1, canary: false });
      for (const what of acts) await between.perform(what);
      await between.settle();

      const atEdge = new Map(
        (await edge.ask<{ id: string; state: JobState }[]>("states")).map(({ id, state }) => [id, state]),
      );
      for (const job of between.jobs) {
        for (const { id, state, sentAt } of await cloud.ask<
          { id: string; state: JobState; sentAt: string | null }[]
        >("executions", job)) {
          expect([id, hasEnded(state)]).toEqual([id, true]);
          // What was never sent the cloud has ended by itself.
          expect([id, atEdge.get(id)]).toEqual([id, sentAt === null ? undefined : state]);
        }
      }
      const steps = await cloud.ask<{ execution: string; from: JobState; to: JobState }[]>("transitions");
      for (const [execution, all] of Map.groupBy(steps, (step) => step.execution)) {
        for (const { from, to } of all) expect([execution, canFollow(from, to)]).toEqual([execution, true]);
        const ends = all.map(({ to }) => to).filter((to) => hasEnded(to) && to !== "verified");
        expect([execution, ends.length]).toEqual([execution, 1]);
      }
    }),
    { numRuns: 12 },
  );
}, 300_000);
