import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type Entry, markOf } from "../../protocol/log/entry.ts";
import { type DownlogEvent, type JobEvent, readDownlogEvent, toEntry } from "../../protocol/log/kinds.ts";
import { GatewayLine, makeKeys, type TestGateway } from "../gateways/testing/gateway-line.ts";
import { type JobRig, startJobs } from "./testing/job-rig.ts";

/** One side comes back from a backup, or with a new disk, over a real line. */

let rig: JobRig;
let gateway: TestGateway;
beforeEach(async () => {
  rig = await startJobs();
  const keys = await makeKeys();
  gateway = { id: rig.estate.gateway, epoch: "0190b8e0-7c1a-7000-8000-0000000000ee", ...keys };
  await rig.cloud.db.write((trx) =>
    trx.updateTable("gateway").set({ public_key: keys.publicKey }).where("id", "=", gateway.id).execute(),
  );
});
afterEach(async () => rig[Symbol.asyncDispose]());

const connect = () => new GatewayLine(rig.cloud.cloud.gateways.hub, gateway, rig.cloud.clock);
const row = () =>
  rig.cloud.db.read.selectFrom("gateway").selectAll().where("id", "=", gateway.id).executeTakeFirstOrThrow();
const entriesOf = (line: GatewayLine): Entry[] =>
  line.heard.flatMap((frame) => (frame.type === "entries" && frame.stream === "down" ? frame.entries : []));
const eventsOf = (line: GatewayLine): DownlogEvent[] =>
  entriesOf(line).map((entry) => {
    const event = readDownlogEvent(entry);
    if (!event.ok || !event.value.known) throw new Error("not read");
    return event.value.event;
  });
const entry = (seq: number, event: JobEvent): Entry => ({ seq, ...toEntry(event, rig.cloud.clock.nowMs()) });
const states = async (id: string) => (await rig.executions(id)).map(({ state }) => state);
const acked = async (seq: number) => {
  while ((await row()).downlog_acked < seq) {
    rig.cloud.clock.advance(1);
    await new Promise((resolve) => setImmediate(resolve));
  }
};

describe("over the line", () => {
  test("a job goes down, its states come up, and what the cloud has is what the gateway said", async () => {
    const line = connect();
    await line.begin();
    const job = await rig.make(rig.restart());
    await line.until(() => entriesOf(line).length >= 3);
    const ids = (await rig.executions(job.id)).map(({ id }) => id);
    expect(eventsOf(line).map((event) => "execution" in event && event.execution)).toEqual(ids);
    const words = ids.flatMap((id) =>
      (["delivered", "running", "succeeded"] as const).map((to) => rig.state(id, to)),
    );
    line.sayEntries(
      "urgent",
      0,
      words.map((word, index) => entry(index + 1, word)),
    );
    await line.acknowledged("urgent", 9);
    expect(await rig.read(job.id)).toMatchObject({ status: "finished", run: { counts: { succeeded: 3 } } });
    // An old session's frame that comes once more changes nothing.
    line.sayEntries(
      "urgent",
      0,
      words.map((word, index) => entry(index + 1, word)),
    );
    await line.acknowledged("urgent", 9);
    const steps = await rig.cloud.db.read.selectFrom("job_transition").select("id").execute();
    expect(steps.length).toBe(9);
  });
});

describe("a gateway with a new disk", () => {
  test("is not sent again what may not run twice: what had ended stays, the rest is interrupted", async () => {
    const line = connect();
    await line.begin();
    const command = await rig.make(rig.restart());
    const ping = await rig.make(rig.restart({ kind: "ping", arguments: {} }));
    await line.until(() => entriesOf(line).length >= 6);
    line.say({ type: "ack", stream: "down", seq: 6 });
    await acked(6);
    const [first, second] = await rig.executions(command.id);
    await rig.say(first!.id, "delivered", "running", "succeeded");
    await rig.say(second!.id, "delivered", "running");
    const after = await rig.make(rig.restart());
    await line.until(() => entriesOf(line).length >= 9);
    line.cut();
    gateway = { ...gateway, epoch: "0190b8e0-7c1a-7000-8000-0000000000ff" };
    const fresh = connect();
    await fresh.begin({ downlog: null });
    // Beside its devices, which come back to it as well.
    const jobsOf = () => eventsOf(fresh).flatMap((event) => ("job" in event ? [event.job] : []));
    await fresh.until(() => jobsOf().length >= 6);
    expect(await states(command.id)).toEqual(["succeeded", "interrupted", "interrupted"]);
    expect((await rig.read(command.id)).status).toBe("finished");
    // What may run twice it has again, and what it never said it had.
    expect(jobsOf()).toEqual([ping.id, ping.id, ping.id, after.id, after.id, after.id]);
    expect(await states(ping.id)).toEqual(["queued", "queued", "queued"]);
  });

  test("nothing is interrupted by a line that merely broke", async () => {
    const line = connect();
    await line.begin();
    const job = await rig.make(rig.restart());
    await line.until(() => entriesOf(line).length >= 3);
    line.say({ type: "ack", stream: "down", seq: 3 });
    await acked(3);
    const { downlog_epoch: epoch } = await row();
    line.cut();
    const mark = markOf(entriesOf(line)[2]!);
    await connect().begin({ downlog: { epoch, seq: 3, mark } });
    expect(await states(job.id)).toEqual(["queued", "queued", "queued"]);
  });
});

describe("a cloud back from a backup", () => {
  test("says anew which schedules there are, and every execution it does not know the end of", async () => {
    const schedule = await rig.make(rig.restart({ timing: { kind: "cron", cron: "0 4 * * *" } }));
    const job = await rig.make(rig.restart());
    const [first, second] = await rig.executions(job.id);
    await rig.say(first!.id, "succeeded");
    await rig.post(`/jobs/${job.id}/executions/${second!.id}/cancel`);
    const { downlog_epoch: epoch } = await row();
    const line = connect();
    const { downlog } = await line.begin({ downlog: { epoch, seq: 90 } });
    expect(downlog.epoch).not.toBe(epoch);
    await line.until(() => entriesOf(line).length >= downlog.head);
    const third = (await rig.executions(job.id))[2]!;
    expect(eventsOf(line)).toMatchObject([
      { kind: "schedule.only", jobs: [schedule.id] },
      { kind: "schedule.set", job: schedule.id },
      { kind: "job.execute", execution: second!.id },
      { kind: "job.cancel", job: job.id, execution: second!.id },
      { kind: "job.execute", execution: third.id },
    ]);
    // The gateway had ended it meanwhile, and says so; steps in between were lost with the cloud's old disk.
    await rig.say(third.id, "verified");
    expect(await states(job.id)).toEqual(["succeeded", "queued", "verified"]);
  });

  test("believes a gateway about what it had not sent yet, and does not send it", async () => {
    const job = await rig.make(rig.restart({ rollout: { kind: "batches", size: 1 } }));
    const [first, second] = await rig.executions(job.id);
    await rig.say(second!.id, "failed");
    await rig.say(first!.id, "succeeded");
    expect((await rig.sent()).map((event) => "execution" in event && event.execution)).not.toContain(
      second!.id,
    );
    expect((await rig.read(job.id)).run).toMatchObject({ released: 3, counts: { failed: 1, succeeded: 1 } });
  });
});
