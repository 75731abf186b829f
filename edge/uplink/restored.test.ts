import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Entry } from "../../protocol/log/entry.ts";
import { Rig } from "./testing/rig.ts";
import { until } from "./testing/until.ts";

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
});
afterEach(() => rig[Symbol.dispose]());

const applied = (stream: "urgent" | "bulk") => rig.cloud.appliedSeqs(rig.site.uplog.epoch, stream);
const inStep = (urgent: number, bulk: number) =>
  until("the cloud to have it", () => applied("urgent").at(-1) === urgent && applied("bulk").at(-1) === bulk);
/** Five entries of each lane, applied and noted so. */
async function five(): Promise<void> {
  const connection = await rig.connect();
  for (let n = 0; n < 5; n += 1) {
    rig.site.appendEvent(`d${n}`);
    rig.site.appendChunk(10);
  }
  await inStep(5, 5);
  connection.cut();
  await until("the note", () => rig.site.uplog.acked("bulk") === 5 && rig.site.uplog.acked("urgent") === 5);
}
/** The cloud comes back as it was when it had applied the first `kept` entries of each lane. */
function restore(kept: number): void {
  for (const [key, entries] of rig.cloud.applied) rig.cloud.applied.set(key, entries.slice(0, kept));
}
const texts = (entries: Entry[] | undefined) =>
  (entries ?? []).map(({ kind, payload }) => ({ kind, ...JSON.parse(new TextDecoder().decode(payload)) }));
const urgent = () => rig.cloud.applied.get(`${rig.site.uplog.epoch} urgent`);

describe("a cloud that came back from a backup", () => {
  test("gets again, once, all that follows what it has, acknowledged or not", async () => {
    await five();
    restore(2);
    await rig.reconnect(1);
    rig.site.appendChunk(10);
    await inStep(5, 6);
    expect([applied("urgent"), applied("bulk")]).toEqual([
      [1, 2, 3, 4, 5],
      [1, 2, 3, 4, 5, 6],
    ]);
  });

  test("is told which entries are gone, once, and then anew what is known of the devices", async () => {
    await five();
    rig.site.uplog.forgetAcknowledged();
    rig.site.uplog.forgetAcknowledged();
    rig.site.appendChunk(10);
    restore(2);
    const connection = await rig.reconnect(1);
    await inStep(8, 6);
    expect(texts(urgent()?.slice(2))).toEqual([
      { kind: "log.forgotten", stream: "urgent", after: 2, before: 6, devices: ["till-1"] },
      { kind: "device.registered", device: "till-1", provenance: "real" },
      { kind: "log.forgotten", stream: "bulk", after: 2, before: 6 },
    ]);
    expect(applied("bulk")).toEqual([1, 2, 6]);
    connection.cut();
    await rig.reconnect(2);
    rig.site.appendEvent("later");
    await until("the next entry", () => applied("urgent").at(-1) === 9);
    expect(texts(urgent()?.slice(-1))).toEqual([{ kind: "device.removed", device: "later" }]);
  });

  test("is told nothing of the kind when nothing that it lacks is gone", async () => {
    await five();
    rig.site.uplog.forgetAcknowledged();
    rig.site.uplog.forgetAcknowledged();
    await rig.reconnect(1);
    rig.site.appendEvent("later");
    await until("the next entry", () => applied("urgent").at(-1) === 6);
    expect(texts(urgent()?.slice(-1))).toEqual([{ kind: "device.removed", device: "later" }]);
  });
});

describe("a gateway that came back from a backup", () => {
  /** Its log ends at the third entry of each lane; what it then writes takes the seqs of what the cloud has. */
  function goOnFromBackup(): void {
    for (const table of ["uplog_urgent", "uplog_bulk"]) {
      rig.site.db.sqlite.run(`DELETE FROM ${table} WHERE seq > 3`);
      rig.site.db.sqlite.query("UPDATE sqlite_sequence SET seq = 3 WHERE name = ?").run(table);
    }
    rig.site.db.sqlite.run("UPDATE uplog_acked SET seq = 3");
    for (let n = 0; n < 4; n += 1) {
      rig.site.clock.advance(1);
      rig.site.appendEvent(`new${n}`);
      rig.site.appendChunk(10);
    }
  }

  test("and has written beyond the cloud's cursor since, loses nothing of it: its log goes on under a new epoch", async () => {
    await five();
    const { epoch } = rig.site.uplog;
    goOnFromBackup();
    await rig.reconnect(1);
    await until("a new epoch", () => rig.site.uplog.epoch !== epoch);
    await rig.reconnect(2);
    await inStep(7, 7);
    expect(texts(urgent()).map(({ device }) => device)).toEqual(["new0", "new1", "new2", "new3"]);
    expect(rig.cloud.appliedSeqs(epoch, "urgent")).toEqual([1, 2, 3, 4, 5]);
  });

  test("of when some was on its way sends none of its telemetry twice", async () => {
    rig.site.clockSteps.start();
    await five();
    const { epoch } = rig.site.uplog;
    // The backup is of a moment when only the first had been noted as applied.
    rig.site.db.sqlite.run("DELETE FROM uplog_bulk WHERE seq > 3");
    rig.site.db.sqlite.run("UPDATE sqlite_sequence SET seq = 3 WHERE name = 'uplog_bulk'");
    rig.site.db.sqlite.run("UPDATE uplog_acked SET seq = 1");
    rig.site.clockSteps.stop();
    rig.site.clockSteps.start();
    for (let n = 0; n < 4; n += 1) rig.site.appendChunk(20);
    await rig.reconnect(1);
    await until("a new epoch", () => rig.site.uplog.epoch !== epoch);
    await rig.reconnect(2);
    await until("what is new", () => applied("bulk").length > 0);
    expect([rig.cloud.appliedSeqs(epoch, "bulk"), applied("bulk")]).toEqual([
      [1, 2, 3, 4, 5],
      [4, 5, 6, 7],
    ]);
  });

  test("of the same log, goes on in it", async () => {
    await five();
    const { epoch } = rig.site.uplog;
    await rig.reconnect(1);
    rig.site.appendEvent("next");
    await until("the next entry", () => applied("urgent").at(-1) === 6);
    expect(rig.site.uplog.epoch).toBe(epoch);
  });

  test("to a cloud that names no marks, is known only when its log is shorter", async () => {
    rig.cloud.marks = false;
    await five();
    const { epoch } = rig.site.uplog;
    goOnFromBackup();
    await rig.reconnect(1);
    await rig.site.state("connected");
    expect(rig.site.uplog.epoch).toBe(epoch);
  });
});
