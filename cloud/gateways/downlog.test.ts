import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { markOf } from "../../protocol/log/entry.ts";
import { type DownlogEvent, readDownlogEvent, toEntry } from "../../protocol/log/kinds.ts";
import { ACK_NOTED_MS } from "./down-ack-note.ts";
import { appendDown } from "./downlog.ts";
import type { GatewayLine, TestGateway } from "./testing/gateway-line.ts";
import { type HubFixture, range, registered, startHub } from "./testing/start-hub.ts";

let fixture: HubFixture;
let gateway: TestGateway;
beforeEach(async () => {
  fixture = await startHub();
  gateway = await fixture.addGateway();
});
afterEach(async () => fixture[Symbol.asyncDispose]());

const wanted = (version: number, device = "till", size = 1): DownlogEvent => ({
  kind: "config.desired",
  device,
  version,
  config: { text: "x".repeat(size) },
});
const append = (event: DownlogEvent) =>
  fixture.db.write(async (trx) => {
    fixture.db.onCommit(trx, () => fixture.hub.downAppended(gateway.id));
    return appendDown(trx, gateway.id, event, fixture.clock.nowMs());
  });
const row = () => fixture.db.read.selectFrom("gateway").selectAll().executeTakeFirstOrThrow();

/** Versions of the configurations that came down a line, in order. */
function versions(line: GatewayLine): number[] {
  return line.heard
    .flatMap((frame) => (frame.type === "entries" ? frame.entries : []))
    .map((entry) => {
      const read = readDownlogEvent(entry);
      const event = read.ok && read.value.known ? read.value.event : null;
      return event?.kind === "config.desired" ? event.version : -1;
    });
}

describe("the downlog", () => {
  test("what is appended goes down at once, what was appended before at the next connection", async () => {
    await append(wanted(1));
    const line = fixture.connect(gateway);
    const welcome = await line.begin();
    expect(welcome.downlog).toEqual({ epoch: (await row()).downlog_epoch, head: 1 });
    expect(await line.hear("entries")).toMatchObject({ stream: "down", after: 0, head: 1 });
    await append(wanted(2));
    expect(await line.hear("entries", 2)).toMatchObject({ after: 1, head: 2 });
    expect(versions(line)).toEqual([1, 2]);
  });

  test("goes on where the gateway says it stands", async () => {
    for (const version of range(1, 3)) await append(wanted(version));
    const { downlog_epoch: epoch } = await row();
    const line = fixture.connect(gateway);
    await line.begin({ downlog: { epoch, seq: 2 } });
    await line.hear("entries");
    expect(versions(line)).toEqual([3]);
    expect((await row()).downlog_acked).toBe(2);
    line.say({ type: "ack", stream: "down", seq: 3 });
    line.say({ type: "ack", stream: "down", seq: 3 });
    await fixture.hub.stop();
    expect((await row()).downlog_acked).toBe(3);
  });

  test("what it has applied is written down with what it says next, or by itself when that is long in coming", async () => {
    for (const version of range(1, 3)) await append(wanted(version));
    const line = fixture.connect(gateway);
    await line.begin();
    await line.hear("entries");
    line.say({ type: "ack", stream: "down", seq: 2 });
    expect((await row()).downlog_acked).toBe(0);
    line.sayEntries("urgent", 0, [registered(1, "till")]);
    await line.acknowledged("urgent", 1);
    expect((await row()).downlog_acked).toBe(2);
    line.say({ type: "ack", stream: "down", seq: 3 });
    fixture.clock.advance(ACK_NOTED_MS - 1);
    expect((await row()).downlog_acked).toBe(2);
    fixture.clock.advance(1);
    await fixture.hub.stop();
    expect((await row()).downlog_acked).toBe(3);
  });

  test("a gateway that knows another downlog, or none, is sent everything", async () => {
    await append(wanted(1));
    const line = fixture.connect(gateway);
    await line.begin({ downlog: { epoch: "0190b8e0-7c1a-7000-8000-00000000ffff", seq: 7 } });
    await line.hear("entries");
    expect(versions(line)).toEqual([1]);
  });

  test("a window's worth is on its way, an acknowledgement brings the next", async () => {
    for (const version of range(1, 30)) await append(wanted(version, "till", 20_000));
    const line = fixture.connect(gateway);
    await line.begin();
    await line.until(() => versions(line).length >= 13);
    const before = versions(line).length;
    expect(before).toBeLessThan(16);
    for (let seen = before; seen < 30; seen = versions(line).length) {
      line.say({ type: "ack", stream: "down", seq: seen });
      await line.until(() => versions(line).length > seen);
    }
    expect(versions(line)).toEqual(range(1, 30));
  });

  test("a rolled back append leaves no entry and no gap", async () => {
    const failed = fixture.db.write(async (trx) => {
      await appendDown(trx, gateway.id, wanted(1), 0);
      throw new Error("no");
    });
    await failed.catch(() => undefined);
    expect(await append(wanted(1))).toBe(1);
  });

  test("a cloud back from an older backup that has gone on since, up to where the gateway is, is known by the mark", async () => {
    const line = fixture.connect(gateway);
    await line.begin();
    line.sayEntries("urgent", 0, [registered(1, "till")]);
    await line.acknowledged("urgent", 1);
    await append(wanted(1));
    const { entries } = await line.hear("entries");
    const { downlog_epoch: epoch } = await row();
    const mark = markOf(entries[0]!);
    expect((await fixture.connect(gateway).begin({ downlog: { epoch, seq: 1, mark } })).downlog.epoch).toBe(
      epoch,
    );
    // Before gateways had marks there were none.
    expect((await fixture.connect(gateway).begin({ downlog: { epoch, seq: 1 } })).downlog.epoch).toBe(epoch);
    await fixture.db.write((trx) =>
      trx
        .updateTable("downlog")
        .set({ payload: toEntry(wanted(2), 0).payload })
        .execute(),
    );
    const again = await fixture.connect(gateway).begin({ downlog: { epoch, seq: 1, mark } });
    expect(again.downlog.epoch).not.toBe(epoch);
  });

  test("a cloud back from an older backup begins a new downlog that says all that is wanted", async () => {
    const line = fixture.connect(gateway);
    await line.begin();
    line.sayEntries("urgent", 0, [registered(1, "till"), registered(2, "kiosk"), registered(3, "door")]);
    await line.acknowledged("urgent", 3);
    await fixture.db.write(async (trx) => {
      const devices = await trx.selectFrom("device").select(["id", "key"]).execute();
      for (const { id, key } of devices) {
        const desired = key === "door" ? null : `{"of":"${key}"}`;
        const version = desired === null ? null : 4;
        await trx
          .insertInto("device_config")
          .values({ device_id: id, desired_version: version, desired, updated_ms: 0 })
          .execute();
      }
      await appendDown(trx, gateway.id, wanted(1), 0);
    });
    const before = await row();
    const again = fixture.connect(gateway);
    const welcome = await again.begin({ downlog: { epoch: before.downlog_epoch, seq: 9 } });
    expect(welcome.downlog.epoch).not.toBe(before.downlog_epoch);
    expect(welcome.downlog.head).toBe(2);
    const { entries } = await again.hear("entries");
    expect(entries.map((entry) => readDownlogEvent(entry))).toMatchObject(
      ["kiosk", "till"].map((device) => ({
        value: { event: { kind: "config.desired", device, version: 4, config: { of: device } } },
      })),
    );
    // A gateway that takes the new epoch up goes on with it.
    again.say({ type: "ack", stream: "down", seq: 2 });
    const third = fixture.connect(gateway);
    const { downlog } = await third.begin({ downlog: { epoch: welcome.downlog.epoch, seq: 2 } });
    expect(downlog).toEqual(welcome.downlog);
  });
});
