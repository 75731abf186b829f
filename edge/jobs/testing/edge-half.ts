import type { HalfAnswer, HalfAsk } from "../../../protocol/testing/half.ts";
import { JobSite } from "./job-site.ts";

/** The gateway's half of jobs for `scripts/e2e/jobs-model.test.ts`, which sends what is called here by its name. */

const DEVICES = ["till-1", "till-2", "till-3"];
let site = new JobSite(DEVICES);

type Wish = Parameters<JobSite["jobs"]["apply"]>[0];

const OPS: Record<string, (...args: never[]) => unknown> = {
  reset() {
    site[Symbol.dispose]();
    site = new JobSite(DEVICES);
    site.jobs.start();
  },
  apply: (wish: Wish) => site.db.transaction(() => site.jobs.apply(wish)),
  connect: (device: string) => site.connect(device),
  disconnect: (device: string) => site.disconnect(device),
  answer: (device: string, execution: string, ok: boolean) =>
    site.answer(device, execution, ok ? { ok } : { ok, error: "no" }),
  crash: () => site.crash(),
  announce: () => site.db.transaction(() => site.jobs.announce()),
  advance: (ms: number) => site.clock.advance(ms),
  published: () => site.published.map(({ device, execution }) => ({ device, execution })),
  told: () => site.told("job.state"),
  states: () =>
    site.db.sqlite.query<{ id: string; state: string }, []>("SELECT id, state FROM job_execution").all(),
};

process.on("message", async ({ id, op, args }: HalfAsk) => {
  const answer: HalfAnswer = { id, ok: true, value: null };
  try {
    answer.value = (OPS[op] as (...all: unknown[]) => unknown)(...args) ?? null;
    await site.settle();
  } catch (error) {
    Object.assign(answer, { ok: false, value: String(error) });
  }
  process.send?.(answer);
});
