import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { encodeFrame } from "../../protocol/frames/frame.ts";
import { PACKED_CODE, packFrame } from "../../protocol/frames/packed.ts";
import type { Entry } from "../../protocol/log/entry.ts";
import { readDownlogEvent, toEntry } from "../../protocol/log/kinds.ts";
import { SECOND } from "../../protocol/units.ts";
import { zstd } from "../telemetry/zstd.ts";
import { HELLO_TIMEOUT_MS, SILENCE_MAX_MS } from "./hub.ts";
import { type GatewayLine, makeKeys, type TestGateway } from "./testing/gateway-line.ts";
import { type HubFixture, registered, startHub } from "./testing/start-hub.ts";

let fixture: HubFixture;
let gateway: TestGateway;
beforeEach(async () => {
  fixture = await startHub();
  gateway = await fixture.addGateway();
});
afterEach(async () => fixture[Symbol.asyncDispose]());

async function connected(of: TestGateway = gateway): Promise<GatewayLine> {
  const line = fixture.connect(of);
  await line.begin();
  return line;
}

test("while a person waits for an answer entries are not applied, and right after it they are", async () => {
  const line = await connected();
  const answered = fixture.rightOfWay.begin();
  line.sayEntries("urgent", 0, [registered(1)]);
  for (let turn = 0; turn < 20; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
  expect(line.heard.filter(({ type }) => type === "ack")).toEqual([]);
  answered();
  await line.acknowledged("urgent", 1);
});

describe("packed frames", () => {
  const events = Array.from({ length: 50 }, (_, index) => ({
    seq: index + 1,
    ...toEntry(
      { kind: "device.connectivity", device: "till", connectivity: "online", sinceMs: index },
      index,
    ),
  }));
  const packed = packFrame(
    encodeFrame({ type: "entries", stream: "urgent", after: 0, head: 50, entries: events }),
    zstd,
  );

  test("of a gateway are read, and bad ones end its session only", async () => {
    const line = await connected();
    expect(packed[0]).toBe(PACKED_CODE);
    line.sayBytes(packed);
    await line.acknowledged("urgent", 50);
    line.sayBytes(new Uint8Array([PACKED_CODE, 1, 2, 3]));
    await line.untilClosed();
    expect(line.heard.at(-1)).toMatchObject({ type: "refuse", code: "frame.invalid" });
  });

  test("are not looked at before it has shown who it is", async () => {
    const line = fixture.connect(gateway);
    await line.hear("challenge");
    line.sayBytes(packed);
    await line.untilClosed();
    expect(line.heard.at(-1)).toMatchObject({
      code: "frame.invalid",
      detail: "frame type 18 does not exist",
    });
  });
});

describe("the greeting", () => {
  test("a gateway that proves who it is is welcomed, and its connection is noted", async () => {
    const line = fixture.connect(gateway);
    const welcome = await line.begin({
      nowMs: fixture.clock.nowMs() + 3_600_000,
      uplog: { urgent: { head: 5 }, bulk: { head: 7 } },
    });
    expect(line.heard[0]).toMatchObject({ type: "challenge", protocol: { min: 1, max: 1 } });
    expect(welcome).toMatchObject({ protocol: 1, uplog: { urgent: 0, bulk: 0 }, downlog: { head: 0 } });
    const row = await fixture.db.read.selectFrom("gateway").selectAll().executeTakeFirstOrThrow();
    expect(row).toMatchObject({
      connected_ms: fixture.clock.nowMs(),
      version: "0.1.0",
      protocol: 1,
      clock_skew_ms: 3_600_000,
      uplog_epoch: gateway.epoch,
      urgent_head: 5,
      bulk_head: 7,
    });
    expect(fixture.hub.isConnected(gateway.id)).toBe(true);
    expect(fixture.heard).toEqual([{ type: "connected", gateway: gateway.id, connected: true }]);
  });

  test("every connection has its own nonce, so a signature is good for one of them", async () => {
    const first = await fixture.connect(gateway).hear("challenge");
    const second = await fixture.connect(gateway).hear("challenge");
    expect(first.nonce).not.toBe(second.nonce);
  });

  test.each([
    ["protocol.unsupported", "this cloud is the older side", { protocol: { min: 2, max: 9 } }],
    ["protocol.unsupported", "the gateway is the older side", { protocol: { min: 0, max: 0 } }],
    ["gateway.unknown", "", { gateway: "0190b8e0-7c1a-7000-8000-00000000ffff" }],
    ["gateway.bad-signature", "", { signature: "A".repeat(86) }],
  ])("is refused with %s: %s", async (code, detail, changes) => {
    const line = fixture.connect(gateway);
    await line.hello(changes);
    await line.untilClosed();
    expect(line.heard.at(-1)).toMatchObject({
      type: "refuse",
      code,
      detail: expect.stringContaining(detail),
    });
    expect(fixture.hub.isConnected(gateway.id)).toBe(false);
  });

  test("somebody else's key does not open the door", async () => {
    const line = fixture.connect({ ...gateway, ...(await makeKeys()) });
    await line.hello();
    expect(await line.untilClosed()).toEqual({ code: 1013, reason: "gateway.bad-signature" });
  });

  test("a revoked gateway is told so, and not to come again", async () => {
    await fixture.db.write((trx) => trx.updateTable("gateway").set({ revoked_ms: 1 }).execute());
    const line = fixture.connect(gateway);
    await line.hello();
    expect(await line.untilClosed()).toEqual({ code: 1008, reason: "gateway.revoked" });
  });

  test("the gateway of a deleted site is told to come again later, and nothing is taken in from it", async () => {
    const pause = (paused_ms: number | null) =>
      fixture.db.write((trx) => trx.updateTable("gateway").set({ paused_ms }).execute());
    const line = await connected();
    await pause(1);
    line.sayEntries("urgent", 0, [registered(1)]);
    expect(await line.untilClosed()).toEqual({ code: 1013, reason: "site.deleted" });
    const again = fixture.connect(gateway);
    await again.hello();
    expect(await again.untilClosed()).toEqual({ code: 1013, reason: "site.deleted" });
    await pause(null);
    const restored = await connected();
    restored.sayEntries("urgent", 0, [registered(1)]);
    await restored.acknowledged("urgent", 1);
  });

  test("who does not say hello in time is closed", async () => {
    const line = fixture.connect(gateway);
    fixture.clock.advance(HELLO_TIMEOUT_MS + 10 * SECOND);
    expect(line.closed).toEqual({ code: 1013, reason: "no hello" });
  });

  test("who falls silent is closed, who pings is answered and stays", async () => {
    const silent = await connected();
    const other = await fixture.addGateway();
    const pinging = await connected(other);
    for (let elapsed = 0; elapsed <= SILENCE_MAX_MS + 10 * SECOND; elapsed += 10 * SECOND) {
      fixture.clock.advance(10 * SECOND);
      pinging.say({ type: "ping", nowMs: 0 });
    }
    expect(silent.closed).toEqual({ code: 1013, reason: "silent" });
    expect(pinging.closed).toBeNull();
    expect(pinging.heard.at(-1)).toEqual({ type: "pong", nowMs: fixture.clock.nowMs() });
    expect(fixture.hub.lastHeardMs(other.id)).toBe(fixture.clock.nowMs());
    expect(fixture.hub.lastHeardMs(gateway.id)).toBeNull();
  });

  test("a second connection of the same gateway takes the place of the first", async () => {
    const first = await connected();
    const second = await connected();
    expect(await first.untilClosed()).toEqual({ code: 1013, reason: "gateway.superseded" });
    second.sayEntries("urgent", 0, [registered(1)]);
    await second.acknowledged("urgent", 1);
    expect(fixture.heard.filter((event) => event.type === "connected" && !event.connected)).toEqual([]);
  });
});

test("a run that comes again after another one is of a second machine; starting anew and reconnecting are not", async () => {
  const [first, second, third] = ["a", "b", "c"].map((end) => `0190b8e0-7c1a-7000-8000-00000000000${end}`);
  const clonedAfter = async (run: string | undefined) => {
    await fixture.connect(gateway).begin(run === undefined ? {} : { run });
    return (await fixture.db.read.selectFrom("gateway").select("cloned_ms").executeTakeFirstOrThrow())
      .cloned_ms;
  };
  for (const run of [undefined, first, first, second, undefined, second, third])
    expect(await clonedAfter(run)).toBeNull();
  fixture.clock.advance(30 * SECOND);
  expect(await clonedAfter(second)).toBe(fixture.clock.nowMs());
});

describe("a machine that has taken a gateway's place", () => {
  test("is told its devices, with their passwords' hashes, before all else", async () => {
    const line = await connected();
    line.sayEntries("urgent", 0, [registered(1), registered(2)]);
    await line.acknowledged("urgent", 2);
    const [restored, other] = await fixture.appliedKeys(gateway);
    const passwordHash = "ab".repeat(32);
    await fixture.db.write((trx) =>
      trx.updateTable("device").set({ password_hash: passwordHash }).where("key", "=", restored!).execute(),
    );
    line.cut();
    const again = await connected({ ...gateway, epoch: "0190b8e0-7c1a-7000-8000-0000000000ee" });
    const { entries } = (await again.hear("entries")) as { entries: Entry[] };
    expect(readDownlogEvent(entries[0]!)).toEqual({
      ok: true,
      value: { known: true, event: { kind: "device.restore", device: restored!, passwordHash } },
    });
    expect(entries.filter(({ kind }) => kind === "device.restore")).toHaveLength(1);
    expect(other).not.toBe(restored);
  });

  test("keeps the one before out, which learns why", async () => {
    const { publicKey, privateKey } = await makeKeys();
    await fixture.db.write(async (trx) => {
      const former = { gateway_id: gateway.id, public_key: gateway.publicKey, replaced_ms: 1 };
      await trx.insertInto("gateway_former_key").values(former).execute();
      await trx.updateTable("gateway").set({ public_key: publicKey }).execute();
    });
    const line = fixture.connect(gateway);
    await line.hello();
    expect(await line.untilClosed()).toEqual({ code: 1008, reason: "gateway.replaced" });
    await connected({ ...gateway, publicKey, privateKey });
  });
});

test("who came and went is written down once, and not that this process goes", async () => {
  const first = await connected();
  const second = await connected();
  await first.untilClosed();
  second.cut();
  await connected();
  await fixture.hub.stop();
  expect(fixture.noted).toEqual([
    [gateway.id, true],
    [gateway.id, false],
    [gateway.id, true],
  ]);
});

describe("watching and flushing", () => {
  test("a gateway hears what is watched, also when it connects later; nothing is said when nobody watches", async () => {
    fixture.hub.watch(gateway.id, ["a"]);
    const line = await connected();
    expect(await line.hear("watch")).toEqual({ type: "watch", devices: ["a"] });
    fixture.hub.watch(gateway.id, []);
    expect(await line.hear("watch", 2)).toEqual({ type: "watch", devices: [] });
    const again = await connected();
    again.say({ type: "ping", nowMs: 0 });
    await again.hear("pong");
    expect(again.heard.some((frame) => frame.type === "watch")).toBe(false);
  });

  test("live values are passed on", async () => {
    const line = await connected();
    const readings = [{ device: "a", atMs: 5, values: { power: 1 } }];
    line.say({ type: "live", readings });
    expect(fixture.heard.at(-1)).toEqual({ type: "live", gateway: gateway.id, readings });
  });

  test("a flush is done when the seq the gateway names is applied", async () => {
    const line = await connected();
    const done = fixture.hub.flush(gateway.id, ["a"], SECOND);
    const asked = await line.hear("flush");
    expect(asked).toMatchObject({ devices: ["a"] });
    line.say({ type: "flushed", id: asked.id, seq: 2 });
    line.say({ type: "flushed", id: 99, seq: 2 });
    line.sayEntries(
      "bulk",
      0,
      [1, 2].map((seq) => ({ seq, kind: "x", atMs: 1, payload: new Uint8Array(1) })),
    );
    expect(await done).toBe(true);
    // Nothing was open: the seq is applied already.
    const again = fixture.hub.flush(gateway.id, ["a"], SECOND);
    line.say({ type: "flushed", id: (await line.hear("flush", 2)).id, seq: 2 });
    expect(await again).toBe(true);
  });

  test("a flush is given up after its time, when the line is lost, and at once when there is none", async () => {
    const line = await connected();
    const late = fixture.hub.flush(gateway.id, ["a"], SECOND);
    await line.hear("flush");
    fixture.clock.advance(SECOND);
    expect(await late).toBe(false);
    const lost = fixture.hub.flush(gateway.id, ["a"], SECOND);
    line.cut();
    expect(await lost).toBe(false);
    expect(await fixture.hub.flush(gateway.id, ["a"], SECOND)).toBe(false);
    expect(fixture.clock.pending).toBe(1);
  });
});
