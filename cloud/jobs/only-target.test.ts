import { afterEach, beforeEach, expect, test } from "bun:test";
import type { Job } from "../../protocol/jobs/job.ts";
import { type JobRig, startJobs } from "./testing/job-rig.ts";

let rig: JobRig;
beforeEach(async () => {
  rig = await startJobs();
});
afterEach(async () => rig[Symbol.asyncDispose]());

/** All that is written of a job, without what names it. */
async function written({ id }: Job) {
  const { db } = rig.cloud;
  const of = async (table: "job_run" | "job_count" | "job_execution") =>
    await db.read.selectFrom(table).selectAll().where("job_id", "=", id).execute();
  const [runs, counts, executions] = [await of("job_run"), await of("job_count"), await of("job_execution")];
  const [job] = await db.read.selectFrom("job").selectAll().where("id", "=", id).execute();
  const sent = (await rig.sent()).filter((event) => "job" in event && event.job === id);
  const unnamed = (row: object) => ({
    ...row,
    id: "",
    job_id: "",
    sent_seq: 0,
    spec: "",
    job: "",
    execution: "",
  });
  return [job!, ...runs, ...counts, ...executions, ...sent].map(unnamed);
}

test("a job for one device by its id comes to the same as one that finds this device by what it is", async () => {
  const { cloud, estate } = rig;
  const device = estate.devices["till-2"]!;
  const tags = await cloud.api(`/devices/${device}`, cloud.owner, {
    method: "PATCH",
    json: { tags: ["one"] },
  });
  expect(tags.status).toBe(200);
  for (const more of [
    {},
    { rollout: { kind: "canary", first: 1 }, window: { from: "22:00", to: "05:00" } },
    { rollout: { kind: "batches", size: 5, stopAt: { failureRate: 0 } }, retries: { max: 2 } },
  ]) {
    const byId = await rig.make(rig.restart({ ...more, targets: { devices: [device] } }));
    const byTag = await rig.make(rig.restart({ ...more, targets: { tags: ["one"] } }));
    expect(byId.run).toMatchObject({ total: 1, released: 1, counts: { queued: 1 } });
    const [expected, got] = [await written(byTag), await written(byId)];
    expect(got).toEqual(expected);
    expect(got.map((row) => "state" in row && row.state).filter(Boolean)).toEqual([
      "running",
      "queued",
      "queued",
    ]);
  }
});

test("one that is named and cannot be reached is refused as before", async () => {
  const { cloud, estate } = rig;
  const device = estate.devices["till-2"]!;
  const refused = async (targets: object) => {
    const answer = await cloud.api("/jobs", cloud.owner, { json: rig.restart({ targets }) });
    return [answer.status, ((await answer.json()) as { errors: object }).errors];
  };
  const missing = await refused({ devices: [crypto.randomUUID()] });
  expect(missing).toMatchObject([400, [{ path: "targets.devices.0" }]]);
  await cloud.db.write((trx) =>
    trx.updateTable("device").set({ lifecycle: "retired" }).where("id", "=", device).execute(),
  );
  expect(await refused({ devices: [device] })).toMatchObject([400, [{ path: "targets" }]]);
  expect(await rig.sent()).toEqual([]);
});
