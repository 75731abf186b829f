import { afterEach, beforeEach, expect, test } from "bun:test";
import { HOUR, SECOND } from "../../protocol/units.ts";
import { heardAll, Rig } from "./testing/rig.ts";
import { until } from "./testing/until.ts";

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
  rig.cloud.nowMs = () => rig.site.clock.nowMs() - 2 * HOUR;
});
afterEach(() => rig[Symbol.dispose]());

test("the cloud is told of the steps of the clock before any entries", async () => {
  rig.site.clockSteps.start();
  rig.site.appendEvent();
  rig.site.clock.jump(HOUR);
  const connection = await rig.connect();
  await until("the entry", () => connection.seqs("urgent").length === 1);
  const words = connection.heard.map(({ type }) => type);
  expect(words.slice(0, 3)).toEqual(["hello", "clock", "entries"]);
  expect(connection.of("clock")[0]?.steps).toEqual([
    { number: 1, urgent: 0, bulk: 0, byMs: null },
    { number: 2, urgent: 1, bulk: 0, byMs: HOUR },
  ]);
});

test("a step during a session is told before the time is, and before what the new clock stamps", async () => {
  rig.site.clockSteps.start();
  const connection = await rig.connect();
  await until("the steps", () => connection.of("clock").length === 1);
  const beforeMs = rig.site.clock.nowMs();
  rig.site.clock.jump(-2 * HOUR);
  await heardAll(connection);
  expect(connection.heard.slice(-2).map(({ type }) => type)).toEqual(["clock", "pong"]);
  expect(connection.of("clock")[1]?.steps.at(-1)).toMatchObject({ byMs: -2 * HOUR });
  expect(connection.of("pong")[0]?.nowMs).toBe(beforeMs - 2 * HOUR);
  expect(rig.site.sealed).toEqual([[`at ${beforeMs}`]]);
});

test("the status says how far our clock is ahead of the cloud's, and follows a step at once", async () => {
  rig.site.clockSteps.start();
  expect(rig.site.uplink.status()).not.toHaveProperty("clockSkewMs");
  await rig.connect();
  expect(rig.site.uplink.status().clockSkewMs).toBe(2 * HOUR);
  let told = 0;
  rig.site.uplink.onStatus(() => {
    told += 1;
  });
  rig.site.clock.jump(-2 * HOUR);
  rig.site.clock.advance(SECOND);
  expect([rig.site.uplink.status().clockSkewMs, told]).toEqual([0, 1]);
});
