import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { type DownlogEvent, toEntry } from "../../protocol/log/kinds.ts";
import { WINDOW_BYTES } from "../../protocol/log/sender.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { CloudDouble, DOWNLOG_EPOCH, type DoubleConnection } from "./testing/cloud-double.ts";
import { CuttingProxy } from "./testing/cutting-proxy.ts";
import { Site } from "./testing/site.ts";
import { until } from "./testing/until.ts";

const OTHER_EPOCH = "0190b8e0-7c1a-7000-8000-0000000000d1";

let directory: ReturnType<typeof temporaryDirectory>;
let cloud: CloudDouble;
let site: Site;

beforeEach(() => {
  directory = temporaryDirectory();
  cloud = new CloudDouble();
  site = new Site(directory.path);
});

afterEach(() => {
  site[Symbol.dispose]();
  cloud[Symbol.dispose]();
  directory[Symbol.dispose]();
});

async function connect(): Promise<DoubleConnection> {
  await site.enrol(cloud.url);
  site.uplink.start();
  await site.state("connected");
  return cloud.connection(0);
}

/** Lets the wait before the next attempt pass. */
async function reconnect(index: number): Promise<DoubleConnection> {
  await until("the wait for the next attempt", () => site.uplink.status().state !== "connected");
  const { dials } = site;
  // In small steps: while it dials, time must not run away from the real socket.
  while (site.dials === dials) site.clock.advance(100);
  return cloud.connection(index);
}

const desired = (version: number): DownlogEvent => ({
  kind: "config.desired",
  device: "till-1",
  version,
  config: { limit: version },
});

function sayDown(connection: DoubleConnection, after: number, events: DownlogEvent[]): void {
  const entries = events.map((event, index) => ({ seq: after + index + 1, ...toEntry(event, 5) }));
  connection.say({ type: "entries", stream: "down", after, head: after + events.length, entries });
}

const downAcks = (connection: DoubleConnection): number[] => connection.of("ack").map((ack) => ack.seq);

describe("who the gateway is", () => {
  test("it proves itself, and says where both logs stand", async () => {
    site.appendEvent();
    site.appendChunk(5);
    site.appendChunk(5);
    const connection = await connect();
    const hello = connection.of("hello")[0]!;
    expect(hello).toMatchObject({
      epoch: site.uplog.epoch,
      uplog: { urgent: { head: 1 }, bulk: { head: 2 } },
      downlog: null,
      version: "0.1.0",
      protocol: { min: 1, max: 1 },
    });
    expect(await cloud.isGenuine(hello)).toBe(true);
  });

  test("a gateway that is enrolled by a command while it runs connects by itself", async () => {
    site.uplink.start();
    expect(site.uplink.status()).toMatchObject({ state: "unenrolled" });
    using command = new Site(directory.path, 2);
    await command.enrol(cloud.url);
    site.clock.advance(500);
    await site.state("connected");
  });

  test("a gateway that is given another identity hangs up and comes as the new one", async () => {
    const first = await connect();
    site.appendEvent();
    await until("the entry", () => cloud.appliedSeqs(site.uplog.epoch, "urgent").length === 1);
    using other = new CloudDouble();
    using command = new Site(directory.path, 2);
    await command.enrol(other.url, true);
    site.clock.advance(500);
    const connection = await other.greeted(0);
    await until("the old line to end", () => first.closed !== null);
    expect(await other.isGenuine(connection.of("hello")[0]!)).toBe(true);
    await until("the log to be told anew", () => other.appliedSeqs(site.uplog.epoch, "urgent").length === 1);
  });

  test("a gateway whose key is gone says so, and the cloud hears no hello", async () => {
    await site.enrol(cloud.url);
    rmSync(`${directory.path}/gateway.key`);
    site.uplink.start();
    await site.state("refused");
    expect(site.uplink.status().reason).toMatchObject({
      code: "gateway.key-unusable",
      detail: expect.stringContaining("gateway.key"),
      hint: expect.stringContaining("--force"),
    });
    const connection = await cloud.connection(0);
    await until("the line to end", () => connection.closed !== null);
    expect(connection.of("hello")).toEqual([]);
  });
});

describe("the uplog", () => {
  test("goes on after the cursor the cloud names, and nothing is sent that was acknowledged", async () => {
    const first = await connect();
    for (let index = 0; index < 3; index += 1) site.appendEvent();
    await until("three entries", () => cloud.appliedSeqs(site.uplog.epoch, "urgent").length === 3);
    first.cut();
    site.appendEvent();
    const second = await reconnect(1);
    await until("the fourth", () => cloud.appliedSeqs(site.uplog.epoch, "urgent").length === 4);
    expect(second.seqs("urgent")).toEqual([4]);
    expect(second.of("entries")[0]).toMatchObject({ after: 3, head: 4 });
  });

  test("a cloud that came back from a backup is sent the rest again", async () => {
    const first = await connect();
    for (let index = 0; index < 3; index += 1) site.appendEvent();
    await until("three entries", () => cloud.appliedSeqs(site.uplog.epoch, "urgent").length === 3);
    const key = `${site.uplog.epoch} urgent`;
    cloud.applied.set(key, cloud.applied.get(key)!.slice(0, 1));
    first.cut();
    const second = await reconnect(1);
    await until("the rest", () => cloud.appliedSeqs(site.uplog.epoch, "urgent").length === 3);
    expect(second.seqs("urgent")).toEqual([2, 3]);
    await until("the older cursor to be noted", () => {
      site.clock.advance(1_000);
      return site.uplog.acked("urgent") === 3;
    });
  });

  test("a log that came back from a backup goes on under a new identity", async () => {
    site.appendEvent();
    await site.enrol(cloud.url);
    const lost = site.uplog.epoch;
    cloud.applied.set(`${lost} urgent`, [{ seq: 7, kind: "k", atMs: 0, payload: new Uint8Array() }]);
    site.uplink.start();
    await until("the line to end", () => cloud.connections[0]?.closed);
    expect(site.uplog.epoch).not.toBe(lost);
    const second = await reconnect(1);
    await until("the entry", () => cloud.appliedSeqs(site.uplog.epoch, "urgent").length === 1);
    expect(second.of("hello")[0]?.epoch).toBe(site.uplog.epoch);
  });

  test("what happened first does not wait behind telemetry: the urgent lane is always served before it", async () => {
    cloud.acknowledges = false;
    for (let index = 0; index < 20; index += 1) site.appendChunk(30_000);
    for (let index = 0; index < 3; index += 1) site.appendEvent();
    const connection = await connect();
    await until("a window of telemetry", () => connection.seqs("bulk").length >= 9);
    expect(connection.of("entries").map((frame) => frame.stream)).toEqual([
      "urgent",
      "bulk",
      "bulk",
      "bulk",
      "bulk",
      "bulk",
    ]);
    // Telemetry waits for an acknowledgement now; an alarm does not.
    site.appendEvent();
    await until("the alarm", () => connection.seqs("urgent").length === 4);
    const bytes = connection
      .of("entries")
      .filter((frame) => frame.stream === "bulk")
      .flatMap((frame) => frame.entries.map((entry) => entry.payload.length))
      .reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeLessThanOrEqual(WINDOW_BYTES + 30_000);
    connection.say({ type: "ack", stream: "bulk", seq: connection.seqs("bulk").at(-1)! });
    await until("more telemetry", () => connection.seqs("bulk").length > 9);
  });

  test("a line cut in the middle of a frame loses nothing and brings nothing twice", async () => {
    using proxy = new CuttingProxy(cloud.port);
    await site.enrol(proxy.url);
    site.uplink.start();
    await site.state("connected");
    let attempts = 1;
    for (const budget of [1, 700, 20_000, 65_000]) {
      proxy.budget = budget;
      for (let index = 0; index < 5; index += 1) site.appendChunk(20_000);
      await until(`the cut after ${budget} bytes`, () => proxy.cuts === attempts);
      await reconnect(attempts);
      attempts += 1;
      await site.state("connected");
    }
    await until("everything", () => cloud.cursor(site.uplog.epoch, "bulk") === 20);
    expect(cloud.appliedSeqs(site.uplog.epoch, "bulk")).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
  });

  test("what is acknowledged is noted within a second, and when the gateway stops", async () => {
    const connection = await connect();
    site.appendEvent();
    await until("the entry", () => connection.seqs("urgent").length === 1);
    await until("the note", () => {
      site.clock.advance(1_000);
      return site.uplog.acked("urgent") === 1;
    });
    expect(site.uplink.status().behind).toEqual({ urgent: 0, bulk: 0 });
  });

  test("an acknowledgement of what was never sent ends the session", async () => {
    const connection = await connect();
    connection.say({ type: "ack", stream: "urgent", seq: 9 });
    await until("the line to end", () => connection.closed);
    expect(connection.of("refuse")[0]).toMatchObject({
      code: "frame.invalid",
      detail: "urgent: acknowledged 9, sent 0, before 0",
    });
  });
});

describe("the downlog", () => {
  test("takes effect once, however often it comes", async () => {
    const connection = await connect();
    sayDown(connection, 0, [desired(1), desired(2)]);
    sayDown(connection, 0, [desired(1), desired(2)]);
    sayDown(connection, 1, [desired(2), desired(3)]);
    await until("three acknowledgements", () => downAcks(connection).length === 3);
    expect(downAcks(connection)).toEqual([2, 2, 3]);
    expect(site.applied).toEqual([desired(1), desired(2), desired(3)]);
  });

  test("goes on where it was after the line was lost", async () => {
    const first = await connect();
    sayDown(first, 0, [desired(1)]);
    await until("the acknowledgement", () => downAcks(first).length === 1);
    first.cut();
    const second = await reconnect(1);
    await until("the hello", () => second.of("hello").length === 1);
    expect(second.of("hello")[0]?.downlog).toEqual({ epoch: DOWNLOG_EPOCH, seq: 1 });
  });

  test("of another epoch is applied from its beginning", async () => {
    const first = await connect();
    sayDown(first, 0, [desired(1), desired(2)]);
    await until("the acknowledgement", () => downAcks(first).length === 1);
    cloud.downlog = { epoch: OTHER_EPOCH, head: 1 };
    first.cut();
    const second = await reconnect(1);
    await site.state("connected");
    sayDown(second, 0, [desired(7)]);
    await until("the acknowledgement", () => downAcks(second).length === 1);
    expect(site.applied).toEqual([desired(1), desired(2), desired(7)]);
  });

  test("with something left out is refused, and nothing of the frame is applied", async () => {
    const connection = await connect();
    sayDown(connection, 3, [desired(4)]);
    await until("the line to end", () => connection.closed);
    expect(connection.of("refuse")[0]).toMatchObject({ code: "log.gap" });
    expect(site.applied).toEqual([]);
  });

  test("an entry of an unknown kind, or one that makes no sense, is kept and stepped over", async () => {
    const connection = await connect();
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
    expect(site.applied).toEqual([desired(3)]);
    const kept = site.db.sqlite.query("SELECT seq, kind, payload FROM unknown_entry ORDER BY seq").all();
    expect(kept).toEqual([
      { seq: 1, kind: strange.kind, payload: strange.payload },
      { seq: 2, kind: senseless.kind, payload: senseless.payload },
    ]);
  });

  test("an entry that cannot be applied moves no cursor, and is tried again ever later", async () => {
    const first = await connect();
    site.applyDownlog = () => {
      throw new Error("the disk is full");
    };
    sayDown(first, 0, [desired(1)]);
    await until("the line to end", () => first.closed);
    expect(first.of("refuse")[0]).toMatchObject({ code: "internal.error", detail: "the disk is full" });
    expect(downAcks(first)).toEqual([]);
    for (let index = 1; index < 4; index += 1) {
      const next = await reconnect(index);
      await site.state("connected");
      sayDown(next, 0, [desired(1)]);
      await until("the line to end", () => next.closed);
    }
    // The fourth failure in a row: at least half of eight seconds.
    site.clock.advance(3_999);
    expect(site.dials).toBe(4);
    site.applyDownlog = (event) => void site.applied.push(event);
    const last = await reconnect(4);
    await site.state("connected");
    sayDown(last, 0, [desired(1)]);
    await until("the acknowledgement", () => downAcks(last).length === 1);
    expect(site.applied).toEqual([desired(1)]);
  });
});

describe("what the cloud may say", () => {
  const NONSENSE: [string, (connection: DoubleConnection) => void][] = [
    [
      "garbage",
      (connection) => connection.sayRaw(crypto.getRandomValues(new Uint8Array(300)).fill(0x7f, 0, 1)),
    ],
    ["an empty frame", (connection) => connection.sayRaw(new Uint8Array(0))],
    ["text", (connection) => connection.sayRaw("hello")],
    [
      "a second challenge",
      (connection) =>
        connection.say({ type: "challenge", protocol: { min: 1, max: 1 }, nonce: "A".repeat(22), nowMs: 1 }),
    ],
    ["a word of ours", (connection) => connection.say({ type: "flushed", id: 1, seq: 1 })],
    [
      "entries of our own log",
      (connection) => connection.say({ type: "entries", stream: "bulk", after: 0, head: 0, entries: [] }),
    ],
  ];
  for (const [name, say] of NONSENSE) {
    test(`${name} ends the session, not the gateway: it hears why and comes again`, async () => {
      const first = await connect();
      say(first);
      await until("the line to end", () => first.closed);
      expect(first.of("refuse")[0]).toMatchObject({ code: "frame.invalid" });
      expect(site.uplink.status()).toMatchObject({ state: "connecting", reason: { code: "frame.invalid" } });
      site.appendEvent();
      site.clock.advance(499);
      expect(site.dials).toBe(1);
      await reconnect(1);
      await until("the entry", () => cloud.cursor(site.uplog.epoch, "urgent") === 1);
    });
  }

  test("what a later version may add is skipped", async () => {
    const connection = await connect();
    connection.sayRaw(Uint8Array.of(0x80, 1, 2, 3));
    connection.say({ type: "ping", nowMs: 1 });
    await until("the pong", () => connection.of("pong").length === 1);
    expect(site.uplink.status().state).toBe("connected");
  });

  test("entries before the welcome are out of place", async () => {
    cloud.onHello = (connection) => sayDown(connection, 0, [desired(1)]);
    await site.enrol(cloud.url);
    site.uplink.start();
    const connection = await cloud.connection(0);
    await until("the line to end", () => connection.closed);
    expect(connection.of("refuse")[0]).toMatchObject({ detail: "unexpected: entries while proving" });
    expect(site.applied).toEqual([]);
  });

  test("a welcome in a version we do not speak is refused", async () => {
    cloud.onHello = (connection) =>
      connection.say({
        type: "welcome",
        protocol: 9,
        uplog: { urgent: 0, bulk: 0 },
        downlog: cloud.downlog,
        nowMs: 1,
      });
    await site.enrol(cloud.url);
    site.uplink.start();
    await site.state("refused");
    expect(site.uplink.status().reason).toMatchObject({ code: "protocol.unsupported" });
  });
});

describe("a cloud that refuses", () => {
  test("because of its version: the status says what to upgrade, and it is tried at the longest intervals", async () => {
    cloud.onHello = (connection) => {
      connection.say({
        type: "refuse",
        code: "protocol.unsupported",
        detail: "the gateway speaks 1 to 1, this cloud 2 to 3: the gateway is the older side",
        hint: "Upgrade the older side.",
      });
    };
    await site.enrol(cloud.url);
    site.uplink.start();
    await site.state("refused");
    expect(site.uplink.status().reason).toEqual({
      code: "protocol.unsupported",
      title: "The two sides share no protocol version",
      detail: "the gateway speaks 1 to 1, this cloud 2 to 3: the gateway is the older side",
      hint: "Upgrade the older side.",
      needsSomebody: true,
    });
    site.clock.advance(29_999);
    expect(site.dials).toBe(1);
    await reconnect(1);
    await cloud.greeted(1);
    // Still so while the next attempt is under way.
    expect(site.uplink.status().state).toBe("refused");
  });

  test("a cloud that is newer, or older, in its challenge is not even told who we are", async () => {
    cloud.protocol = { min: 2, max: 3 };
    await site.enrol(cloud.url);
    site.uplink.start();
    await site.state("refused");
    expect(site.uplink.status().reason?.detail).toBe(
      "the cloud speaks 2 to 3, this gateway 1 to 1: this gateway is the older side",
    );
    const connection = await cloud.connection(0);
    await until("the refusal", () => connection.of("refuse").length === 1);
    expect(connection.heard.map((frame) => frame.type)).toEqual(["refuse"]);
    cloud.protocol = { min: 1, max: 3 };
    await reconnect(1);
    await site.state("connected");
    expect(site.uplink.status()).not.toHaveProperty("reason");
  });

  test("in a code that only a newer cloud knows is taken at its word", async () => {
    cloud.onHello = (connection) =>
      connection.say({
        type: "refuse",
        code: "gateway.asleep",
        detail: "it is night",
        hint: "Wait for the day.",
      });
    await site.enrol(cloud.url);
    site.uplink.start();
    await site.state("refused");
    expect(site.uplink.status().reason).toMatchObject({
      code: "gateway.asleep",
      detail: "it is night",
      hint: "Wait for the day.",
    });
  });

  test("for a moment only is tried again soon", async () => {
    cloud.onHello = (connection) =>
      connection.say({ type: "refuse", code: "store.unavailable", detail: "starting", hint: "" });
    await site.enrol(cloud.url);
    site.uplink.start();
    await until("the reason", () => site.uplink.status().reason);
    expect(site.uplink.status()).toMatchObject({
      state: "connecting",
      reason: { code: "store.unavailable" },
    });
    cloud.onHello = null;
    site.clock.advance(1_000);
    await site.state("connected");
  });

  test("because a second machine runs with the same key: the two do not chase each other", async () => {
    const connection = await connect();
    connection.say({ type: "refuse", code: "gateway.superseded", detail: "gateway", hint: "" });
    await site.state("refused");
    site.clock.advance(29_999);
    expect(site.dials).toBe(1);
  });
});

describe("a line that is bad", () => {
  test("a cloud that is not there is tried ever later, and the reason names its address", async () => {
    await site.enrol(cloud.url);
    const { port } = cloud;
    cloud[Symbol.dispose]();
    site.uplink.start();
    await until("the reason", () => site.uplink.status().reason);
    expect(site.uplink.status()).toMatchObject({
      state: "connecting",
      reason: { code: "cloud.unreachable", detail: expect.stringContaining(`127.0.0.1:${port}`) },
    });
    cloud = new CloudDouble(port);
    site.clock.advance(1_000);
    await site.state("connected");
  });

  test("something else at the cloud's address is not taken for it", async () => {
    using other = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("<html>") });
    await site.enrol(cloud.url);
    site.db.sqlite.query("UPDATE identity SET cloud_url = ?").run(`http://127.0.0.1:${other.port}`);
    site.uplink.start();
    await until("the reason", () => site.uplink.status().reason);
    expect(site.uplink.status()).toMatchObject({
      state: "connecting",
      reason: { code: "cloud.unreachable" },
    });
  });

  test("silence is asked about after 15 s and believed after 45 s", async () => {
    cloud.answersPings = false;
    const connection = await connect();
    site.clock.advance(14_999);
    expect(site.uplink.status().state).toBe("connected");
    site.clock.advance(15_001);
    await until("two pings", () => connection.of("ping").length === 2);
    site.clock.advance(14_999);
    expect(site.uplink.status().state).toBe("connected");
    site.clock.advance(1);
    expect(site.uplink.status()).toMatchObject({
      state: "connecting",
      reason: { code: "cloud.unreachable", detail: "no word from the cloud for 45 s" },
    });
    await reconnect(1);
    await site.state("connected");
  });

  test("a cloud that answers is not left, however long nothing happens", async () => {
    const connection = await connect();
    for (let count = 1; count <= 5; count += 1) {
      site.clock.advance(15_000);
      await until("the ping", () => connection.of("ping").length === count);
      // The pong is a message like any other: once a later one is answered, it has been heard.
      connection.say({ type: "ping", nowMs: 1 });
      await until("the pong to be heard", () => connection.of("pong").length === count);
    }
    expect([site.uplink.status().state, cloud.connections.length]).toEqual(["connected", 1]);
  });

  test("a cloud that takes the call and says nothing is given up", async () => {
    cloud.challenges = false;
    cloud.answersPings = false;
    await site.enrol(cloud.url);
    site.uplink.start();
    await cloud.connection(0);
    site.clock.advance(45_000);
    expect(site.uplink.status().reason).toMatchObject({ code: "cloud.unreachable" });
  });
});

describe("what somebody looks at", () => {
  test("moves at once and then at most every 250 ms, with the newest value of each metric", async () => {
    const connection = await connect();
    connection.say({ type: "watch", devices: ["till-1"] });
    connection.say({ type: "ping", nowMs: 1 });
    await until("the watch to be heard", () => connection.of("pong").length === 1);
    site.measure("till-1", [{ atMs: 1, values: { temperature: 20, door: true } }]);
    for (let atMs = 2; atMs < 100; atMs += 1) {
      site.measure("till-1", [{ atMs, values: { temperature: 20 + atMs } }]);
      site.measure("till-2", [{ atMs, values: { temperature: 1 } }]);
    }
    site.measure("till-1", [{ atMs: 50, values: { door: false, temperature: 0 } }]);
    site.clock.advance(249);
    site.clock.advance(1);
    await until("two frames", () => connection.of("live").length === 2);
    expect(connection.of("live").map((frame) => frame.readings)).toEqual([
      [{ device: "till-1", atMs: 1, values: { temperature: 20, door: true } }],
      [
        { device: "till-1", atMs: 99, values: { temperature: 119 } },
        { device: "till-1", atMs: 50, values: { door: false } },
      ],
    ]);
    site.clock.advance(1_000);
    connection.say({ type: "watch", devices: [] });
    connection.say({ type: "ping", nowMs: 1 });
    await until("the end of the watch to be heard", () => connection.of("pong").length === 2);
    site.measure("till-1", [{ atMs: 200, values: { temperature: 1 } }]);
    connection.say({ type: "ping", nowMs: 1 });
    await until("another word", () => connection.of("pong").length === 3);
    expect(connection.of("live").length).toBe(2);
  });

  test("is sealed when the cloud asks, and the answer says up to where", async () => {
    const connection = await connect();
    connection.say({ type: "flush", id: 17, devices: ["till-1"] });
    await until("the answer", () => connection.of("flushed").length === 1);
    expect(connection.of("flushed")[0]).toEqual({ type: "flushed", id: 17, seq: 1 });
    expect(site.sealed).toEqual([["till-1"]]);
    expect(connection.seqs("bulk")).toEqual([1]);
  });

  test("that cannot be sealed gets no answer, and the session goes on", async () => {
    const connection = await connect();
    site.sealed.push = () => {
      throw new Error("the disk is full");
    };
    connection.say({ type: "flush", id: 17, devices: ["till-1"] });
    connection.say({ type: "ping", nowMs: 1 });
    await until("the pong", () => connection.of("pong").length === 1);
    expect(connection.of("flushed")).toEqual([]);
  });
});

describe("start and stop", () => {
  test("a stopped uplink says good-bye and does not come again", async () => {
    const connection = await connect();
    site.uplink.stop();
    await until("the line to end", () => connection.closed);
    expect(connection.closed).toEqual({ code: 1000, reason: "done" });
    site.clock.advance(120_000);
    site.appendEvent();
    expect([site.uplink.status().state, site.dials, site.clock.pending]).toEqual(["stopped", 1, 0]);
  });

  test("who wants to know is told of every change of state", async () => {
    const states: string[] = [];
    const end = site.uplink.onStatus(() => states.push(site.uplink.status().state));
    await connect();
    site.uplink.stop();
    end();
    site.uplink.start();
    expect(states).toEqual(["connecting", "connected", "stopped"]);
  });
});
