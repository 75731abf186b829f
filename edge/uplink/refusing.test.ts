import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { DoubleConnection } from "./testing/cloud-double.ts";
import { desired, heardAll, Rig, sayDown } from "./testing/rig.ts";
import { until } from "./testing/until.ts";

let rig: Rig;

beforeEach(() => {
  rig = new Rig();
});

afterEach(() => rig[Symbol.dispose]());

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
      const first = await rig.connect();
      say(first);
      await until("the line to end", () => first.closed);
      expect(first.of("refuse")[0]).toMatchObject({ code: "frame.invalid" });
      expect(rig.site.uplink.status()).toMatchObject({
        state: "connecting",
        reason: { code: "frame.invalid" },
      });
      rig.site.appendEvent();
      rig.site.clock.advance(499);
      expect(rig.site.dials).toBe(1);
      await rig.reconnect(1);
      await until("the entry", () => rig.cloud.cursor(rig.site.uplog.epoch, "urgent") === 1);
    });
  }

  test("what a later version may add is skipped", async () => {
    const connection = await rig.connect();
    connection.sayRaw(Uint8Array.of(0xff, 1, 2, 3));
    await heardAll(connection);
    expect(rig.site.uplink.status().state).toBe("connected");
  });

  test("entries before the welcome are out of place", async () => {
    rig.cloud.onHello = (connection) => sayDown(connection, 0, [desired(1)]);
    await rig.start();
    const connection = await rig.cloud.connection(0);
    await until("the line to end", () => connection.closed);
    expect(connection.of("refuse")[0]).toMatchObject({ detail: "unexpected: entries while proving" });
    expect(rig.site.applied).toEqual([]);
  });

  test("a welcome in a version we do not speak is refused", async () => {
    rig.cloud.onHello = (connection) =>
      connection.say({
        type: "welcome",
        protocol: 9,
        uplog: { urgent: 0, bulk: 0 },
        downlog: rig.cloud.downlog,
        nowMs: 1,
      });
    await rig.start();
    await rig.site.state("refused");
    expect(rig.site.uplink.status().reason).toMatchObject({ code: "protocol.unsupported" });
  });
});

describe("a cloud that refuses", () => {
  test("because of its version: the status says what to upgrade, and it is tried at the longest intervals", async () => {
    rig.cloud.onHello = (connection) => {
      connection.say({
        type: "refuse",
        code: "protocol.unsupported",
        detail: "the gateway speaks 1 to 1, this cloud 2 to 3: the gateway is the older side",
        hint: "Upgrade the older side.",
      });
    };
    await rig.start();
    await rig.site.state("refused");
    expect(rig.site.uplink.status().reason).toEqual({
      code: "protocol.unsupported",
      title: "The two sides share no protocol version",
      detail: "the gateway speaks 1 to 1, this cloud 2 to 3: the gateway is the older side",
      hint: "Upgrade the older side.",
      needsSomebody: true,
    });
    rig.site.clock.advance(29_999);
    expect(rig.site.dials).toBe(1);
    await rig.reconnect(1);
    await rig.cloud.greeted(1);
    // Still so while the next attempt is under way.
    expect(rig.site.uplink.status().state).toBe("refused");
  });

  test("a cloud that is newer, or older, in its challenge is not even told who we are", async () => {
    rig.cloud.protocol = { min: 2, max: 3 };
    await rig.start();
    await rig.site.state("refused");
    expect(rig.site.uplink.status().reason?.detail).toBe(
      "the cloud speaks 2 to 3, this gateway 1 to 1: this gateway is the older side",
    );
    const connection = await rig.cloud.connection(0);
    await until("the refusal", () => connection.of("refuse").length === 1);
    expect(connection.heard.map((frame) => frame.type)).toEqual(["refuse"]);
    rig.cloud.protocol = { min: 1, max: 3 };
    await rig.reconnect(1);
    await rig.site.state("connected");
    expect(rig.site.uplink.status()).not.toHaveProperty("reason");
  });

  test("in a code that only a newer cloud knows is taken at its word", async () => {
    rig.cloud.onHello = (connection) =>
      connection.say({
        type: "refuse",
        code: "gateway.asleep",
        detail: "it is night",
        hint: "Wait for the day.",
      });
    await rig.start();
    await rig.site.state("refused");
    expect(rig.site.uplink.status().reason).toMatchObject({
      code: "gateway.asleep",
      detail: "it is night",
      hint: "Wait for the day.",
    });
  });

  test("for a moment only is tried again soon", async () => {
    rig.cloud.onHello = (connection) =>
      connection.say({ type: "refuse", code: "store.unavailable", detail: "starting", hint: "" });
    await rig.start();
    await until("the reason", () => rig.site.uplink.status().reason);
    expect(rig.site.uplink.status()).toMatchObject({
      state: "connecting",
      reason: { code: "store.unavailable" },
    });
    rig.cloud.onHello = null;
    rig.site.clock.advance(1_000);
    await rig.site.state("connected");
  });

  test("because a second machine runs with the same key: the two do not chase each other", async () => {
    const connection = await rig.connect();
    connection.say({ type: "refuse", code: "gateway.superseded", detail: "gateway", hint: "" });
    await rig.site.state("refused");
    rig.site.clock.advance(29_999);
    expect(rig.site.dials).toBe(1);
  });

  test("because it has too much to do is not tried again before the time it says", async () => {
    rig.cloud.onHello = (connection) =>
      connection.say({ type: "refuse", code: "cloud.busy", detail: "", hint: "", retryAfterMs: 20_000 });
    await rig.start();
    await until("the refusal", () => rig.site.uplink.status().reason !== undefined);
    expect(rig.site.uplink.status()).toMatchObject({ state: "connecting", reason: { code: "cloud.busy" } });
    rig.site.clock.advance(19_999);
    expect(rig.site.dials).toBe(1);
    await rig.reconnect(1);
  });
});
