import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { FIRST_WINDOW_BYTES } from "../../protocol/log/paced-window.ts";
import { CuttingProxy } from "./testing/cutting-proxy.ts";
import { heardAll, Rig } from "./testing/rig.ts";
import { Site } from "./testing/site.ts";
import { until } from "./testing/until.ts";

let rig: Rig;

beforeEach(() => {
  rig = new Rig();
});

afterEach(() => rig[Symbol.dispose]());

describe("frames", () => {
  const sent = async (packing: string[] | undefined): Promise<number> => {
    rig.cloud.packing = packing;
    for (let index = 0; index < 200; index += 1) rig.site.appendEvent(`till-${index % 7}`);
    const connection = await rig.connect();
    await until("all of it", () => connection.seqs("urgent").length === 200);
    return connection.sizes.reduce((sum, size) => sum + size, 0);
  };

  test("are packed for a cloud that reads them so", async () => {
    expect(await sent(["brotli", "zstd"])).toBeLessThan(2_500);
  });

  test("are not for one that has not said so", async () => {
    expect(await sent(undefined)).toBeGreaterThan(8_000);
  });
});

describe("the uplog", () => {
  test("goes on after the cursor the cloud names, and nothing is sent that was acknowledged", async () => {
    const first = await rig.connect();
    for (let index = 0; index < 3; index += 1) rig.site.appendEvent();
    await until("three entries", () => rig.cloud.appliedSeqs(rig.site.uplog.epoch, "urgent").length === 3);
    first.cut();
    rig.site.appendEvent();
    const second = await rig.reconnect(1);
    await until("the fourth", () => rig.cloud.appliedSeqs(rig.site.uplog.epoch, "urgent").length === 4);
    expect(second.seqs("urgent")).toEqual([4]);
    expect(second.of("entries")[0]).toMatchObject({ after: 3, head: 4 });
  });

  test("what can wait is sent with what cannot, or a moment later", async () => {
    const connection = await rig.connect();
    const { db, uplog, clock } = rig.site;
    const appendPatient = () =>
      db.transaction(() =>
        uplog.append({ kind: "k", atMs: 1, payload: new Uint8Array() }, { canWait: true }),
      );
    appendPatient();
    await heardAll(connection);
    expect(connection.seqs("urgent")).toEqual([]);
    rig.site.appendEvent();
    await until("both", () => connection.seqs("urgent").length === 2);
    expect(connection.of("entries").length).toBe(1);
    appendPatient();
    await heardAll(connection);
    expect(connection.seqs("urgent")).toEqual([1, 2]);
    clock.advance(20);
    await until("the third", () => connection.seqs("urgent").length === 3);
  });

  test("what a command of the installer has appended is sent within half a second", async () => {
    const connection = await rig.connect();
    using command = new Site(rig.directory.path, 2);
    command.appendEvent();
    rig.site.clock.advance(500);
    await until("the entry", () => connection.seqs("urgent").length === 1);
  });

  test("a cloud that came back from a backup is sent the rest again, and the log knows that it has less", async () => {
    const first = await rig.connect();
    const { site, cloud } = rig;
    for (let index = 0; index < 3; index += 1) site.appendEvent();
    await until("three entries", () => cloud.appliedSeqs(site.uplog.epoch, "urgent").length === 3);
    await heardAll(first);
    site.clock.advance(1_000);
    await until("the note", () => site.uplog.acked("urgent") === 3);

    const key = `${site.uplog.epoch} urgent`;
    cloud.applied.set(key, cloud.applied.get(key)!.slice(0, 1));
    cloud.acknowledges = false;
    first.cut();
    const second = await rig.reconnect(1);
    await until("the rest", () => cloud.appliedSeqs(site.uplog.epoch, "urgent").length === 3);
    expect(second.seqs("urgent")).toEqual([2, 3]);
    expect(site.uplog.acked("urgent")).toBe(1);
  });

  test("a log that came back from a backup goes on under a new identity", async () => {
    rig.site.appendEvent();
    await rig.site.enrol(rig.cloud.url);
    const lost = rig.site.uplog.epoch;
    rig.cloud.applied.set(`${lost} urgent`, [{ seq: 7, kind: "k", atMs: 0, payload: new Uint8Array() }]);
    rig.site.uplink.start();
    await until("the line to end", () => rig.cloud.connections[0]?.closed);
    expect(rig.site.uplog.epoch).not.toBe(lost);
    const second = await rig.reconnect(1);
    await until("the entry", () => rig.cloud.appliedSeqs(rig.site.uplog.epoch, "urgent").length === 1);
    expect(second.of("hello")[0]?.epoch).toBe(rig.site.uplog.epoch);
  });

  test("what happened first does not wait behind telemetry: the urgent lane is always served before it", async () => {
    rig.cloud.acknowledges = false;
    for (let index = 0; index < 20; index += 1) rig.site.appendChunk(30_000);
    for (let index = 0; index < 3; index += 1) rig.site.appendEvent();
    const connection = await rig.connect();
    await until("a window of telemetry", () => connection.seqs("bulk").length >= 1);
    expect(connection.of("entries").map((frame) => frame.stream)).toEqual(["urgent", "bulk"]);
    // Telemetry waits for an acknowledgement now; an alarm does not.
    rig.site.appendEvent();
    await until("the alarm", () => connection.seqs("urgent").length === 4);
    const bytes = connection
      .of("entries")
      .filter((frame) => frame.stream === "bulk")
      .flatMap((frame) => frame.entries.map((entry) => entry.payload.length))
      .reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeLessThanOrEqual(FIRST_WINDOW_BYTES + 30_000);
    connection.say({ type: "ack", stream: "bulk", seq: connection.seqs("bulk").at(-1)! });
    await until("more telemetry", () => connection.seqs("bulk").length > 1);
  });

  test("a line cut in the middle of a frame loses nothing and brings nothing twice", async () => {
    rig.cloud.packing = undefined;
    using proxy = new CuttingProxy(rig.cloud.port);
    await rig.site.enrol(proxy.url);
    rig.site.uplink.start();
    await rig.site.state("connected");
    let attempts = 1;
    for (const budget of [1, 700, 20_000, 65_000]) {
      proxy.budget = budget;
      for (let index = 0; index < 5; index += 1) rig.site.appendChunk(20_000);
      await until(`the cut after ${budget} bytes`, () => proxy.cuts === attempts);
      await rig.reconnect(attempts);
      attempts += 1;
      await rig.site.state("connected");
    }
    await until("everything", () => rig.cloud.cursor(rig.site.uplog.epoch, "bulk") === 20);
    expect(rig.cloud.appliedSeqs(rig.site.uplog.epoch, "bulk")).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
  });

  test("what is acknowledged is noted within a second, and when the gateway stops", async () => {
    const connection = await rig.connect();
    rig.site.appendEvent();
    await until("the entry", () => connection.seqs("urgent").length === 1);
    await until("the note", () => {
      rig.site.clock.advance(1_000);
      return rig.site.uplog.acked("urgent") === 1;
    });
    expect(rig.site.uplink.behind()).toEqual({ urgent: 0, bulk: 0 });
  });

  test("an acknowledgement of what was never sent ends the session", async () => {
    const connection = await rig.connect();
    connection.say({ type: "ack", stream: "urgent", seq: 9 });
    await until("the line to end", () => connection.closed);
    expect(connection.of("refuse")[0]).toMatchObject({
      code: "frame.invalid",
      detail: "urgent: acknowledged 9, sent 0, before 0",
    });
  });
});

describe("what somebody looks at", () => {
  test("moves at once and then at most every 250 ms, with the newest value of each metric", async () => {
    const connection = await rig.connect();
    connection.say({ type: "watch", devices: ["till-1"] });
    await heardAll(connection);
    rig.site.measure("till-1", [{ atMs: 1, values: { temperature: 20, door: true } }]);
    for (let atMs = 2; atMs < 100; atMs += 1) {
      rig.site.measure("till-1", [{ atMs, values: { temperature: 20 + atMs } }]);
      rig.site.measure("till-2", [{ atMs, values: { temperature: 1 } }]);
    }
    rig.site.measure("till-1", [{ atMs: 50, values: { door: false, temperature: 0 } }]);
    rig.site.clock.advance(249);
    rig.site.clock.advance(1);
    await until("two frames", () => connection.of("live").length === 2);
    expect(connection.of("live").map((frame) => frame.readings)).toEqual([
      [{ device: "till-1", atMs: 1, values: { temperature: 20, door: true } }],
      [
        { device: "till-1", atMs: 99, values: { temperature: 119 } },
        { device: "till-1", atMs: 50, values: { door: false } },
      ],
    ]);
    rig.site.clock.advance(1_000);
    connection.say({ type: "watch", devices: [] });
    await heardAll(connection);
    rig.site.measure("till-1", [{ atMs: 200, values: { temperature: 1 } }]);
    await heardAll(connection);
    expect(connection.of("live").length).toBe(2);
  });

  test("is sealed when the cloud asks, and the answer says up to where", async () => {
    const connection = await rig.connect();
    connection.say({ type: "flush", id: 17, devices: ["till-1"] });
    await until("the answer", () => connection.of("flushed").length === 1);
    expect(connection.of("flushed")[0]).toEqual({ type: "flushed", id: 17, seq: 1 });
    expect(rig.site.sealed).toEqual([["till-1"]]);
    expect(connection.seqs("bulk")).toEqual([1]);
  });

  test("that cannot be sealed gets no answer, and the session goes on", async () => {
    const connection = await rig.connect();
    rig.site.sealed.push = () => {
      throw new Error("the disk is full");
    };
    connection.say({ type: "flush", id: 17, devices: ["till-1"] });
    await heardAll(connection);
    expect(connection.of("flushed")).toEqual([]);
  });
});
