import type { JobExecution } from "../../../protocol/jobs/job-execution.ts";
import type { JobEvent } from "../../../protocol/log/kinds.ts";
import { HALVES_BEGIN_MS, type HalfAnswer, type HalfAsk } from "../../../protocol/testing/half.ts";
import { type JobRig, startJobs } from "./job-rig.ts";

/** The cloud's half of jobs for `scripts/e2e/jobs-model.test.ts`, which sends what is called here by its name. */

let rig: JobRig | null = null;
const the = (): JobRig => {
  if (rig === null) throw new Error("reset comes first");
  return rig;
};
const post = async (path: string) => {
  await the().cloud.api(path, the().cloud.owner, { method: "POST" });
  await the().cloud.cloud.jobs.idle();
};
const all = async (job: string) => the().executions(job, "all=true&limit=500");

const OPS: Record<string, (...args: never[]) => Promise<unknown>> = {
  async reset() {
    await rig?.[Symbol.asyncDispose]();
    rig = await startJobs();
    rig.cloud.clock.advance(HALVES_BEGIN_MS - rig.cloud.clock.nowMs());
  },
  make: async (more: object) => (await the().make(the().restart(more))).id,
  hear: (...events: JobEvent[]) => the().hear(...events),
  sent: () => the().sent(),
  cancel: (job: string) => post(`/jobs/${job}/cancel`),
  retry: (job: string) => post(`/jobs/${job}/retry`),
  cancelOne: (job: string, execution: string) => post(`/jobs/${job}/executions/${execution}/cancel`),
  retryOne: (job: string, execution: string) => post(`/jobs/${job}/executions/${execution}/retry`),
  async advance(ms: number) {
    the().cloud.clock.advance(ms);
    await the().cloud.cloud.jobs.idle();
  },
  executions: async (job: string) =>
    (await all(job)).map(({ id, state, sentAt }: JobExecution) => ({ id, state, sentAt })),
  transitions: async () =>
    the()
      .cloud.db.read.selectFrom("job_transition")
      .select(["execution_id as execution", "from_state as from", "to_state as to"])
      .orderBy("execution_id")
      .orderBy("id")
      .execute(),
};

process.on("message", async ({ id, op, args }: HalfAsk) => {
  const answer: HalfAnswer = { id, ok: true, value: null };
  try {
    answer.value = (await (OPS[op] as (...every: unknown[]) => Promise<unknown>)(...args)) ?? null;
  } catch (error) {
    Object.assign(answer, { ok: false, value: String(error) });
  }
  process.send?.(answer);
});
