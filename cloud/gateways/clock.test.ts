import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { encodeChunk } from "../../protocol/chunks/chunk.ts";
import type { ClockStep } from "../../protocol/frames/control.ts";
import type { Entry } from "../../protocol/log/entry.ts";
import { CHUNK_KIND } from "../../protocol/log/kinds.ts";
import { HOUR, MINUTE, SECOND } from "../../protocol/units.ts";
import { zstd } from "../telemetry/zstd.ts";
import type { GatewayLine, TestGateway } from "./testing/gateway-line.ts";
import { type HubFixture, startHub } from "./testing/start-hub.ts";

let fixture: HubFixture;
let gateway: TestGateway;
beforeEach(async () => {
  fixture = await startHub();
  gateway = await fixture.addGateway();
});
afterEach(async () => fixture[Symbol.asyncDispose]());

/** A chunk of one reading at `atMs`, sealed a second later, by the clock of whoever. */
function chunk(seq: number, atMs: number, sealedMs = atMs + SECOND): Entry {
  const readings = [{ atMs, values: { n: seq } }];
  return { seq, kind: CHUNK_KIND, atMs: sealedMs, payload: encodeChunk({ device: "meter", readings }, zstd) };
}
const chunks = () =>
  fixture.db.read.selectFrom("chunk").select(["min_ms as atMs", "skew_ms as skewMs"]).orderBy("id").execute();
const begin = async (skewMs: number, steps: ClockStep[] = [], head = 0): Promise<GatewayLine> => {
  const line = fixture.connect(gateway);
  const heads = { urgent: { head }, bulk: { head } };
  await line.begin({ nowMs: fixture.clock.nowMs() + skewMs, uplog: heads });
  if (steps.length > 0) line.say({ type: "clock", steps });
  return line;
};

describe.each([
  ["two hours ahead", 2 * HOUR],
  ["two hours behind", -2 * HOUR],
])("a gateway whose clock is %s", (_, skewMs) => {
  test("has its chunks as they came, noted with what is taken off them, and says how far it is off", async () => {
    const nowMs = fixture.clock.nowMs();
    const line = await begin(skewMs);
    line.sayEntries("bulk", 0, [chunk(1, nowMs + skewMs - MINUTE), chunk(2, nowMs + skewMs)]);
    await line.acknowledged("bulk", 2);
    expect(await chunks()).toEqual([
      { atMs: nowMs - MINUTE, skewMs },
      { atMs: nowMs, skewMs },
    ]);
    expect(fixture.hub.clockSkewMs(gateway.id)).toBe(skewMs);
    const [stored] = await fixture.db.read.selectFrom("chunk").select("bytes").execute();
    expect(stored!.bytes).toEqual(chunk(1, nowMs + skewMs - MINUTE).payload);
  });

  test("does not spoil the times that a device with a clock of its own has given", async () => {
    const nowMs = fixture.clock.nowMs();
    const line = await begin(skewMs);
    const sealedMs = nowMs + skewMs + SECOND;
    line.sayEntries("bulk", 0, [chunk(1, nowMs, sealedMs), chunk(2, nowMs - 30 * HOUR, sealedMs)]);
    await line.acknowledged("bulk", 2);
    expect(await chunks()).toEqual([
      { atMs: nowMs, skewMs: 0 },
      { atMs: nowMs - 30 * HOUR, skewMs: 0 },
    ]);
  });

  test("has seen a device whose own clock is behind when it sealed what that dates long ago", async () => {
    const nowMs = fixture.clock.nowMs();
    const line = await begin(skewMs);
    const seen = async () =>
      (await fixture.db.read.selectFrom("device").select("last_seen_ms").executeTakeFirst())?.last_seen_ms;
    line.sayEntries("bulk", 0, [chunk(1, nowMs - 30 * HOUR, nowMs + skewMs - MINUTE)]);
    await line.acknowledged("bulk", 1);
    expect(await seen()).toBe(nowMs - 30 * HOUR);
    const device_id = (await fixture.db.read.selectFrom("device").select("id").executeTakeFirstOrThrow()).id;
    const conduct = JSON.stringify({ clock: { aheadMs: -30 * HOUR } });
    await fixture.db.write((trx) =>
      trx.insertInto("device_conduct").values({ device_id, conduct, severity: 1 }).execute(),
    );
    line.sayEntries("bulk", 1, [chunk(2, nowMs - 30 * HOUR + SECOND, nowMs + skewMs - SECOND)]);
    await line.acknowledged("bulk", 2);
    expect(await seen()).toBe(nowMs - SECOND);
  });

  test("streams live values at corrected times, and those of a device's own clock as they are", async () => {
    const nowMs = fixture.clock.nowMs();
    const line = await begin(skewMs);
    const reading = (device: string, atMs: number) => ({ device, atMs, values: { n: 1 } });
    line.say({
      type: "live",
      readings: [reading("meter", nowMs + skewMs), reading("logger", nowMs - SECOND)],
    });
    expect(fixture.heard).toContainEqual({
      type: "live",
      gateway: gateway.id,
      readings: [reading("meter", nowMs), reading("logger", nowMs - SECOND)],
    });
  });
});

test("a clock that is right, or off by some seconds, changes nothing", async () => {
  const nowMs = fixture.clock.nowMs();
  const line = await begin(20 * SECOND);
  line.sayEntries("bulk", 0, [chunk(1, nowMs + 20 * SECOND)]);
  await line.acknowledged("bulk", 1);
  expect(await chunks()).toEqual([{ atMs: nowMs + 20 * SECOND, skewMs: 0 }]);
});

test("a clock set back in the middle keeps the order of the log, on either side of the step", async () => {
  const nowMs = fixture.clock.nowMs();
  const start = { number: 1, urgent: 0, bulk: 0, byMs: null };
  const line = await begin(2 * HOUR, [start]);
  // Both frames wait while the step is told.
  line.sayEntries("bulk", 0, [chunk(1, nowMs + 2 * HOUR), chunk(2, nowMs + 2 * HOUR + SECOND)]);
  line.say({ type: "clock", steps: [start, { number: 2, urgent: 0, bulk: 2, byMs: -2 * HOUR }] });
  line.sayEntries("bulk", 2, [chunk(3, nowMs + 2 * SECOND)]);
  await line.acknowledged("bulk", 3);
  expect(await chunks()).toEqual([
    { atMs: nowMs, skewMs: 2 * HOUR },
    { atMs: nowMs + SECOND, skewMs: 2 * HOUR },
    { atMs: nowMs + 2 * SECOND, skewMs: 0 },
  ]);
  expect(fixture.hub.clockSkewMs(gateway.id)).toBe(0);
});

test("what was written with the wrong clock before the line came back is corrected, the clock being right by then", async () => {
  const nowMs = fixture.clock.nowMs();
  const steps = [
    { number: 1, urgent: 0, bulk: 0, byMs: null },
    { number: 2, urgent: 0, bulk: 1, byMs: 5 * HOUR },
  ];
  const line = await begin(0, steps, 2);
  line.sayEntries("bulk", 0, [chunk(1, nowMs - MINUTE - 5 * HOUR), chunk(2, nowMs)]);
  await line.acknowledged("bulk", 2);
  expect(await chunks()).toEqual([
    { atMs: nowMs - MINUTE, skewMs: -5 * HOUR },
    { atMs: nowMs, skewMs: 0 },
  ]);
  // And after a restart of the cloud it is known still.
  const rows = await fixture.db.read.selectFrom("gateway_clock").select(["stream", "after_seq"]).execute();
  expect(rows).toContainEqual({ stream: "bulk", after_seq: 1 });
});

test("a gateway is asked for its time while it is connected, and a jump without a word is seen", async () => {
  const line = await begin(0);
  fixture.clock.advance(5 * SECOND);
  await line.hear("ping");
  line.say({ type: "pong", nowMs: fixture.clock.nowMs() - 3 * HOUR });
  expect(fixture.hub.clockSkewMs(gateway.id)).toBe(-3 * HOUR);
  await fixture.hub.stop();
  const row = await fixture.db.read.selectFrom("gateway").select("clock_skew_ms").executeTakeFirstOrThrow();
  expect(row.clock_skew_ms).toBe(-3 * HOUR);
});

test("of many words about its clock the last one is written down, and not each of them", async () => {
  const line = await begin(0);
  let writes = 0;
  const { write } = fixture.db;
  fixture.db.write = (run) => {
    writes += 1;
    return write(run);
  };
  for (let number = 1; number <= 500; number += 1) {
    line.say({ type: "clock", steps: [{ number, urgent: 0, bulk: number, byMs: HOUR }] });
  }
  await fixture.hub.stop();
  expect(writes).toBeLessThan(10);
  const row = await fixture.db.read.selectFrom("gateway").select("clock_skew_ms").executeTakeFirstOrThrow();
  expect(row.clock_skew_ms).toBe(499 * HOUR);
});
