import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { toEntry } from "../../protocol/log/kinds.ts";
import { DOWNLOG_EPOCH, type DoubleConnection } from "./testing/cloud-double.ts";
import { desired, heardAll, Rig, sayDown } from "./testing/rig.ts";
import { until } from "./testing/until.ts";

const OTHER_EPOCH = "0190b8e0-7c1a-7000-8000-0000000000d1";
const downAcks = (connection: DoubleConnection): number[] => connection.of("ack").map((ack) => ack.seq);

let rig: Rig;

beforeEach(() => {
  rig = new Rig();
});

afterEach(() => rig[Symbol.dispose]());

describe("the downlog", () => {
  test("takes effect once, however often it comes", async () => {
    const connection = await rig.connect();
    sayDown(connection, 0, [desired(1), desired(2)]);
    sayDown(connection, 0, [desired(1), desired(2)]);
    sayDown(connection, 1, [desired(2), desired(3)]);
    await until("what is new", () => rig.site.applied.length === 3);
    expect(rig.site.applied).toEqual([desired(1), desired(2), desired(3)]);
  });

  test("is acknowledged at once, and what comes within a moment all together", async () => {
    const connection = await rig.connect();
    sayDown(connection, 0, [desired(1)]);
    await until("the acknowledgement", () => downAcks(connection).length === 1);
    for (const version of [2, 3, 4]) sayDown(connection, version - 1, [desired(version)]);
    await until("what is new", () => rig.site.applied.length === 4);
    await heardAll(connection);
    expect(downAcks(connection)).toEqual([1]);
    await until("the acknowledgement of the rest", () => {
      rig.site.clock.advance(1);
      return downAcks(connection).at(-1) === 4;
    });
    expect(downAcks(connection).length).toBeLessThan(4);
  });

  test("goes on where it was after the line was lost", async () => {
    const first = await rig.connect();
    sayDown(first, 0, [desired(1)]);
    await until("the acknowledgement", () => downAcks(first).length === 1);
    first.cut();
    const second = await rig.reconnect(1);
    await until("the hello", () => second.of("hello").length === 1);
    expect(second.of("hello")[0]?.downlog).toMatchObject({ epoch: DOWNLOG_EPOCH, seq: 1 });
  });

  test("of another epoch is applied from its beginning", async () => {
    const first = await rig.connect();
    sayDown(first, 0, [desired(1), desired(2)]);
    await until("the acknowledgement", () => downAcks(first).length === 1);
    rig.cloud.downlog = { epoch: OTHER_EPOCH, head: 1 };
    first.cut();
    const second = await rig.reconnect(1);
    await rig.site.state("connected");
    sayDown(second, 0, [desired(7)]);
    await until("the acknowledgement", () => downAcks(second).length === 1);
    expect(rig.site.applied).toEqual([desired(1), desired(2), desired(7)]);
  });

  test("with something left out is refused, and nothing of the frame is applied", async () => {
    const connection = await rig.connect();
    sayDown(connection, 3, [desired(4)]);
    await until("the line to end", () => connection.closed);
    expect(connection.of("refuse")[0]).toMatchObject({ code: "log.gap" });
    expect(rig.site.applied).toEqual([]);
  });

  test("an entry of an unknown kind, or one that makes no sense, is kept and stepped over", async () => {
    const connection = await rig.connect();
    const strange = { seq: 1, kind: "device.teleport", atMs: 5, payload: new Uint8Array([1]) };
    const senseless = { seq: 2, kind: "config.desired", atMs: 5, payload: new TextEncoder().encode("{}") };
    const good = { seq: 3, ...toEntry(desired(3), 5) };
    connection.say({
      type: "entries",
      stream: "down",
      after: 0,
      head: 3,
      entries: [strange, senseless, good],
    });
    await until("the acknowledgement", () => downAcks(connection).length === 1);
    expect(downAcks(connection)).toEqual([3]);
    expect(rig.site.applied).toEqual([desired(3)]);
    const kept = rig.site.db.sqlite.query("SELECT seq, kind, payload FROM unknown_entry ORDER BY seq").all();
    expect(kept).toEqual([
      { seq: 1, kind: strange.kind, payload: strange.payload },
      { seq: 2, kind: senseless.kind, payload: senseless.payload },
    ]);
  });

  test("an entry that cannot be applied moves no cursor, and is tried again ever later", async () => {
    const first = await rig.connect();
    rig.site.applyDownlog = () => {
      throw new Error("the disk is full");
    };
    sayDown(first, 0, [desired(1)]);
    await until("the line to end", () => first.closed);
    expect(first.of("refuse")[0]).toMatchObject({ code: "internal.error", detail: "the disk is full" });
    expect(downAcks(first)).toEqual([]);
    for (let index = 1; index < 4; index += 1) {
      const next = await rig.reconnect(index);
      await rig.site.state("connected");
      sayDown(next, 0, [desired(1)]);
      await until("the line to end", () => next.closed);
    }
    // The fourth failure in a row: at least half of eight seconds.
    rig.site.clock.advance(3_999);
    expect(rig.site.dials).toBe(4);
    rig.site.applyDownlog = (event) => void rig.site.applied.push(event);
    const last = await rig.reconnect(4);
    await rig.site.state("connected");
    sayDown(last, 0, [desired(1)]);
    await until("the acknowledgement", () => downAcks(last).length === 1);
    expect(rig.site.applied).toEqual([desired(1)]);
  });
});
