import { afterEach, beforeEach, expect, test } from "bun:test";
import type { JobExecutionDetail } from "../../protocol/jobs/job-execution.ts";
import { DAY, HOUR, MINUTE } from "../../protocol/units.ts";
import { type JobRig, startJobs } from "./testing/job-rig.ts";

let rig: JobRig;
beforeEach(async () => {
  rig = await startJobs();
});
afterEach(() => rig[Symbol.asyncDispose]());

const rows = async () => {
  const count = async (table: "job_run" | "job_execution" | "job_transition" | "job_log_line" | "job_skip") =>
    (await rig.cloud.db.read.selectFrom(table).selectAll().execute()).length;
  return {
    runs: await count("job_run"),
    executions: await count("job_execution"),
    steps: await count("job_transition"),
    lines: await count("job_log_line"),
    skips: await count("job_skip"),
  };
};
const forget = () => rig.cloud.cloud.jobs.forgetOld();

test("after its days a run is its sum, and of what repeats the newest", async () => {
  const { cloud } = rig;
  const once = await rig.make(rig.restart());
  const [first] = await rig.executions(once.id);
  const atMs = cloud.clock.nowMs();
  const lines = Array.from({ length: 100 }, () => ({ atMs, level: "info" as const, message: "at work" }));
  for (let entry = 0; entry < 12; entry += 1)
    await rig.hear({ kind: "job.log", execution: first!.id, lines });
  for (const { id } of await rig.executions(once.id)) await rig.say(id, "delivered", "running", "failed");
  const daily = await rig.make(rig.restart({ timing: { kind: "cron", cron: "@daily" }, place: "site" }));
  const { slotMs, expiresMs } = { slotMs: atMs, expiresMs: atMs + DAY };
  for (const n of [1, 2]) {
    const execution = `0192f0c1-2345-7abc-8def-00000000000${n}`;
    const begun = { kind: "job.begun", execution, job: daily.id, device: "till-1" } as const;
    await rig.hear({ ...begun, slotMs: slotMs + n, expiresMs, atMs });
    await rig.hear(rig.state(execution, "succeeded"));
  }
  await rig.hear({ kind: "job.skipped", job: daily.id, slotMs, count: 1, why: "missed", atMs });
  expect(await rows()).toEqual({ runs: 3, executions: 5, steps: 11, lines: 1_200, skips: 1 });

  cloud.clock.advance(90 * DAY - MINUTE);
  await forget();
  expect((await rows()).executions).toBe(5);
  cloud.clock.advance(2 * MINUTE);
  await forget();
  expect(await rows()).toEqual({ runs: 2, executions: 0, steps: 0, lines: 0, skips: 0 });
  const { run, status } = await rig.read(once.id);
  expect([status, run?.total, run?.counts.failed]).toEqual(["finished", 3, 3]);
  expect((await rig.post(`/jobs/${once.id}/retry`)).status).toBe(409);
});

test("it forgets by itself, and nothing that has not ended", async () => {
  const { cloud } = rig;
  const open = await rig.make(rig.restart({ expiresAfterMs: 90 * DAY }));
  const done = await rig.make(rig.restart());
  for (const { id } of await rig.executions(done.id)) await rig.say(id, "succeeded");
  const [left] = await rig.executions(open.id);
  await rig.say(left!.id, "running");
  cloud.clock.advance(91 * DAY);
  // It looks again an hour after it has looked.
  while ((await rig.executions(done.id)).length > 0) {
    cloud.clock.advance(HOUR);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect((await rig.executions(open.id)).map(({ state }) => state)).toContain("running");
});

test("one execution that failed is tried again alone, once", async () => {
  const job = await rig.make(rig.restart());
  const [first, second, third] = await rig.executions(job.id);
  await rig.say(first!.id, "failed");
  await rig.say(second!.id, "failed");
  await rig.say(third!.id, "succeeded");
  const { cloud } = rig;
  const retry = async (id: string) => {
    const answer = await cloud.api(`/jobs/${job.id}/executions/${id}/retry`, cloud.owner, { method: "POST" });
    await cloud.cloud.jobs.idle();
    return { status: answer.status, body: (await answer.json()) as JobExecutionDetail };
  };
  const again = await retry(first!.id);
  expect([again.status, again.body.round, again.body.target]).toEqual([200, 2, first!.target]);
  const now = await rig.executions(job.id);
  expect(now.map(({ state, round }) => [state, round])).toEqual([
    ["queued", 2],
    ["failed", 1],
    ["succeeded", 1],
  ]);
  expect((await rig.sent()).filter((event) => event.kind === "job.execute").length).toBe(4);
  expect((await rig.read(job.id)).run).toMatchObject({ state: "running", total: 3, counts: { failed: 1 } });
  for (const id of [first!.id, third!.id, again.body.id]) expect((await retry(id)).status).toBe(409);
  await rig.say(again.body.id, "succeeded");
  expect((await rig.read(job.id)).run).toMatchObject({
    state: "finished",
    counts: { succeeded: 2, failed: 1 },
  });
  await rig.post(`/jobs/${job.id}/retry`);
  await cloud.cloud.jobs.idle();
  expect((await rig.executions(job.id)).map(({ round }) => round).sort()).toEqual([1, 2, 2]);
});
