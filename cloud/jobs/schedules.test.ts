import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { toTimestamp } from "../../protocol/api/list.ts";
import type { JobPreview, JobRuns } from "../../protocol/jobs/job.ts";
import { DAY, HOUR, MINUTE } from "../../protocol/units.ts";
import { addEstate, applyEvents } from "../testing/estate.ts";
import type { TestCloud } from "../testing/start-cloud.ts";
import { type JobRig, startJobs } from "./testing/job-rig.ts";

let rig: JobRig;
let cloud: TestCloud;
beforeEach(async () => {
  rig = await startJobs();
  cloud = rig.cloud;
});
afterEach(async () => rig[Symbol.asyncDispose]());

const later = async (ms: number) => {
  cloud.clock.advance(ms);
  await cloud.cloud.jobs.idle();
  // A look that began on the way saw the time as it was then, and has asked to look again at once.
  cloud.clock.advance(0);
  await cloud.cloud.jobs.idle();
};
const runs = (id: string) => cloud.read<JobRuns>(`/jobs/${id}/runs`);
/** Every execution of a job's newest run ends well. */
const succeed = async (id: string) => {
  for (const { id: execution } of await rig.executions(id)) await rig.say(execution, "succeeded");
};
const HOURLY = { timing: { kind: "cron", cron: "0 * * * *" }, place: "cloud" };

describe("what the cloud begins", () => {
  test("at a time: once, then", async () => {
    const at = toTimestamp(cloud.clock.nowMs() + 2 * HOUR);
    const job = await rig.make(rig.restart({ timing: { kind: "at", at } }));
    expect(job).toMatchObject({ status: "scheduled", run: null, nextRunAt: at, place: "cloud" });
    await later(HOUR);
    expect(await rig.sent()).toEqual([]);
    await later(HOUR);
    expect((await rig.sent()).length).toBe(3);
    await succeed(job.id);
    await later(DAY);
    expect(await rig.read(job.id)).toMatchObject({ status: "finished", nextRunAt: null });
    expect((await runs(job.id)).total).toBe(1);
  });

  test("on a schedule: each slot once, also for a cloud that starts again in between", async () => {
    const job = await rig.make(rig.restart(HOURLY));
    for (let hour = 0; hour < 3; hour += 1) {
      await later(HOUR);
      await cloud.cloud.jobs.stop();
      await cloud.cloud.jobs.start();
      await cloud.cloud.jobs.idle();
      await succeed(job.id);
      expect(await rig.read(job.id)).toMatchObject({ status: "scheduled", run: { state: "finished" } });
    }
    expect((await runs(job.id)).items.length).toBe(3);
    expect((await rig.sent()).length).toBe(9);
  });

  test.each([
    ["skip", 0, 5],
    ["once", 1, 4],
    ["all", 5, 0],
  ] as const)("what came due while it was down, %s: %i runs", async (missed, run, skipped) => {
    const job = await rig.make(rig.restart({ ...HOURLY, missed, overlap: "queue" }));
    await cloud.cloud.jobs.stop();
    cloud.clock.advance(5 * HOUR + 30 * MINUTE);
    await cloud.cloud.jobs.start();
    await cloud.cloud.jobs.idle();
    const told = await runs(job.id);
    expect(told.total).toBe(run);
    expect(told.skipped.reduce((sum, { slots }) => sum + slots, 0)).toBe(skipped);
    for (const { why } of told.skipped) expect(why).toBe("missed");
  });

  test("while the run before has not ended: left out, or run after it", async () => {
    const skipping = await rig.make(rig.restart(HOURLY));
    const queueing = await rig.make(rig.restart({ ...HOURLY, overlap: "queue" }));
    await later(HOUR);
    await later(HOUR);
    expect(await runs(skipping.id)).toMatchObject({ total: 1, skipped: [{ slots: 1, why: "overlap" }] });
    expect((await runs(queueing.id)).total).toBe(2);
    const of = async () => (await rig.sent()).filter((event) => "job" in event && event.job === queueing.id);
    expect((await of()).length).toBe(3);
    const first = (await runs(queueing.id)).items[1]!.slot;
    for (const { id } of await rig.executions(queueing.id, `slot=${first}`)) await rig.say(id, "failed");
    expect((await of()).length).toBe(6);
  });

  test("what is held back too long is expired; what was sent is the gateway's to judge", async () => {
    const job = await rig.make(
      rig.restart({ rollout: { kind: "batches", size: 1 }, expiresAfterMs: 10 * MINUTE }),
    );
    await later(11 * MINUTE);
    expect((await rig.executions(job.id)).map(({ state }) => state)).toEqual([
      "queued",
      "expired",
      "expired",
    ]);
  });

  test("a gateway that was revoked will not say what came of it", async () => {
    const job = await rig.make(rig.restart());
    const [first] = await rig.executions(job.id);
    await rig.say(first!.id, "delivered", "running");
    const revoked = await cloud.api(`/gateways/${rig.estate.gateway}/revoke`, cloud.owner, {
      method: "POST",
    });
    expect(revoked.status).toBe(204);
    await later(MINUTE);
    const states = (await rig.executions(job.id)).map(({ state }) => state as string);
    expect(states).toEqual(["interrupted", "interrupted", "interrupted"]);
    expect((await rig.read(job.id)).status).toBe("finished");
  });
});

describe("what the sites begin", () => {
  const daily = (more: object = {}) => rig.restart({ timing: { kind: "cron", cron: "0 4 * * *" }, ...more });

  test("each gateway is told once, with its own devices and its own time, and again when these change", async () => {
    const job = await rig.make(daily());
    expect(job).toMatchObject({ place: "site", status: "scheduled", run: null });
    expect(await rig.sent()).toMatchObject([
      {
        kind: "schedule.set",
        devices: ["till-1", "till-2", "till-3"],
        timing: { kind: "cron", cron: "0 4 * * *", timeZone: "UTC" },
        missed: "once",
        overlap: "skip",
      },
    ]);
    await later(11 * MINUTE);
    expect((await rig.sent()).length).toBe(1);
    const registered = { kind: "device.registered", device: "till-4", provenance: "real" } as const;
    await applyEvents(cloud, rig.estate, cloud.owner, [registered]);
    await later(11 * MINUTE);
    expect((await rig.sent()).at(-1)).toMatchObject({ devices: ["till-1", "till-2", "till-3", "till-4"] });
    await rig.post(`/jobs/${job.id}/cancel`);
    expect((await rig.sent()).at(-1)).toEqual({ kind: "schedule.remove", job: job.id });
  });

  test("what a gateway began with the cloud away appears with its run's slot", async () => {
    const job = await rig.make(daily());
    const slotMs = cloud.clock.nowMs() + 4 * HOUR;
    await later(DAY);
    const begun = (execution: string, device: string) =>
      ({
        kind: "job.begun",
        execution,
        job: job.id,
        device,
        slotMs,
        expiresMs: slotMs + DAY,
        atMs: slotMs,
      }) as const;
    const [one, two] = [crypto.randomUUID(), crypto.randomUUID()];
    await rig.hear(begun(one, "till-1"), rig.state(one, "delivered"), rig.state(one, "succeeded"));
    expect((await rig.read(job.id)).run).toMatchObject({ state: "finished", total: 1 });
    await rig.hear(begun(two, "till-2"), begun(two, "till-2"), rig.state(two, "running"));
    expect(await rig.read(job.id)).toMatchObject({
      status: "running",
      run: { slot: toTimestamp(slotMs), total: 2, counts: { succeeded: 1, running: 1 } },
    });
    await rig.say(two, "failed");
    await rig.hear({ kind: "job.skipped", job: job.id, slotMs, count: 2, why: "missed", atMs: slotMs });
    expect(await rig.read(job.id)).toMatchObject({ status: "scheduled" });
    expect((await runs(job.id)).skipped).toMatchObject([{ slots: 2, gatewayId: rig.estate.gateway }]);
  });

  test("at one time: told at once, waited for while a gateway may still say that it did, and over then", async () => {
    const atMs = cloud.clock.nowMs() + 2 * HOUR;
    const timing = { kind: "at", at: toTimestamp(atMs) };
    const make = (more: object = {}) => rig.make(rig.restart({ timing, place: "site", ...more }));
    const job = await make();
    expect(job).toMatchObject({ place: "site", status: "scheduled", nextRunAt: timing.at, run: null });
    expect(await rig.sent()).toMatchObject([
      { kind: "schedule.set", devices: ["till-1", "till-2", "till-3"], timing: { kind: "at", atMs } },
    ]);
    await later(3 * HOUR);
    expect(await rig.read(job.id)).toMatchObject({ status: "scheduled", nextRunAt: null });
    const execution = crypto.randomUUID();
    const begun = { execution, job: job.id, device: "till-1", slotMs: atMs, expiresMs: atMs + DAY, atMs };
    await rig.hear({ kind: "job.begun", ...begun });
    expect(await rig.read(job.id)).toMatchObject({ status: "running", run: { slot: timing.at, total: 1 } });
    await rig.say(execution, "succeeded");
    expect(await rig.read(job.id)).toMatchObject({ status: "finished", run: { state: "finished" } });
    expect((await rig.sent()).length).toBe(1);
  });

  test("at one time that the gateway left out, or that it never told of until it was too late: over, without a run", async () => {
    const atMs = cloud.clock.nowMs() + HOUR;
    const timing = { kind: "at", at: toTimestamp(atMs) };
    const make = (more: object) => rig.make(rig.restart({ timing, place: "site", ...more }));
    const [skipped, silent] = [await make({ missed: "skip" }), await make({ expiresAfterMs: 2 * HOUR })];
    await later(2 * HOUR);
    await rig.hear({ kind: "job.skipped", job: skipped.id, slotMs: atMs, count: 1, why: "missed", atMs });
    expect(await rig.read(skipped.id)).toMatchObject({ status: "finished", run: null });
    expect(await rig.read(silent.id)).toMatchObject({ status: "scheduled", run: null });
    await later(HOUR + 11 * MINUTE);
    expect(await rig.read(silent.id)).toMatchObject({ status: "finished", run: null });
  });

  test("what came due before the gateway heard that it is cancelled is asked to end", async () => {
    const job = await rig.make(daily());
    await rig.post(`/jobs/${job.id}/cancel`);
    const execution = crypto.randomUUID();
    const slotMs = cloud.clock.nowMs();
    const begun = { execution, job: job.id, device: "till-1", slotMs, expiresMs: slotMs + DAY, atMs: slotMs };
    await rig.hear({ kind: "job.begun", ...begun });
    expect((await rig.sent()).at(-1)).toEqual({ kind: "job.cancel", job: job.id, execution });
    await rig.say(execution, "delivered", "cancelled");
    expect(await rig.read(job.id)).toMatchObject({ status: "cancelled", run: { counts: { cancelled: 1 } } });
  });

  test("is shown before, in the time of the site", async () => {
    await addEstate(cloud, cloud.owner, "Elsewhere", { other: {} });
    const site = await cloud.api(`/sites/${rig.estate.site}`, cloud.owner, {
      method: "PUT",
      json: { name: "Cardiff", timeZone: "Europe/Berlin" },
    });
    expect(site.status).toBe(200);
    const shown = await cloud.api("/jobs/preview", cloud.owner, { json: daily() });
    const preview = (await shown.json()) as JobPreview;
    expect(preview).toMatchObject({ place: "site", targets: 3, gateways: 1, timeZone: "Europe/Berlin" });
    expect(preview.runs.length).toBe(5);
    for (const { local } of preview.runs) expect(local.slice(-5)).toBe("04:00");
    expect((await cloud.read<{ total: number }>("/jobs")).total).toBe(0);
  });
});
