import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Entry } from "../../protocol/log/entry.ts";
import { SECOND } from "../../protocol/units.ts";
import { UNSENT_MAX_BYTES, WAITING_MAX_BYTES } from "./session.ts";
import type { GatewayLine, TestGateway } from "./testing/gateway-line.ts";
import { type HubFixture, range, registered, startHub } from "./testing/start-hub.ts";

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

describe("a session that misbehaves", () => {
  test("garbage ends its own session with frame.invalid, and no other", async () => {
    const good = await connected(await fixture.addGateway());
    const bad = await connected();
    bad.sayBytes(new Uint8Array([0x10, 0xff, 0xff]));
    expect(await bad.untilClosed()).toEqual({ code: 1013, reason: "frame.invalid" });
    good.sayEntries("urgent", 0, [registered(1)]);
    await good.acknowledged("urgent", 1);
    expect(good.closed).toBeNull();
    // A dead session is deaf.
    bad.sayEntries("urgent", 0, [registered(1)]);
    expect(await fixture.appliedKeys(gateway)).toEqual([]);
  });

  test.each([
    ["entries before the hello", { type: "entries", stream: "urgent", after: 0, head: 0, entries: [] }],
    ["the cloud's own word", { type: "flush", id: 1, devices: [] }],
  ] as const)("%s ends it", async (_, frame) => {
    const line = fixture.connect(gateway);
    line.say({ ...frame, ...("entries" in frame ? { entries: [] } : { devices: [] }) } as never);
    expect(await line.untilClosed()).toEqual({ code: 1013, reason: "frame.invalid" });
  });

  test.each([
    ["entries of the downlog", { type: "entries", stream: "down", after: 0, head: 0, entries: [] }],
    ["an acknowledgement of its own log", { type: "ack", stream: "urgent", seq: 0 }],
    ["an acknowledgement of what it was never sent", { type: "ack", stream: "down", seq: 1 }],
  ])("%s ends an open one", async (_, frame) => {
    const line = await connected();
    line.say(frame as never);
    expect(await line.untilClosed()).toEqual({ code: 1013, reason: "frame.invalid" });
  });

  test("a second hello ends it; frames from the future are passed over; its refusal is taken", async () => {
    const line = await connected();
    line.sayBytes(new Uint8Array([0xff, 1, 2]));
    line.say({ type: "pong", nowMs: 0 });
    expect(line.closed).toBeNull();
    await line.hello();
    expect(await line.untilClosed()).toEqual({ code: 1013, reason: "frame.invalid" });
    const other = await connected();
    other.say({ type: "refuse", code: "log.gap", detail: "", hint: "" });
    expect(await other.untilClosed()).toEqual({ code: 1013, reason: "refused by the gateway" });
  });

  test("who sends more than may wait is refused, with a word that it may come again", async () => {
    const line = await connected();
    const entry = (seq: number): Entry => ({ seq, kind: "x", atMs: 1, payload: new Uint8Array(1_000_000) });
    for (const seq of range(1, Math.ceil(WAITING_MAX_BYTES / 1_000_000) + 1)) {
      line.sayEntries("bulk", seq - 1, [entry(seq)]);
    }
    expect(await line.untilClosed()).toEqual({ code: 1013, reason: "gateway.overrun" });
  });

  test("who does not read is closed", async () => {
    const line = await connected();
    line.buffered = UNSENT_MAX_BYTES + 1;
    line.say({ type: "ping", nowMs: 0 });
    expect(line.closed).toEqual({ code: 1013, reason: "not reading" });
  });

  test("a line lost is noted with the time of its last word", async () => {
    const line = await connected();
    fixture.clock.advance(3 * SECOND);
    line.say({ type: "ping", nowMs: 0 });
    const heardMs = fixture.clock.nowMs();
    fixture.clock.advance(4 * SECOND);
    line.cut();
    await fixture.hub.stop();
    const row = await fixture.db.read.selectFrom("gateway").select("last_seen_ms").executeTakeFirstOrThrow();
    expect(row.last_seen_ms).toBe(heardMs);
    expect(fixture.heard.at(-1)).toEqual({ type: "connected", gateway: gateway.id, connected: false });
  });
});
