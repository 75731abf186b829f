import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { LiveEvent } from "../../protocol/live/event.ts";
import { FAREWELL_MS } from "./farewells.ts";
import { WATCH_DEBOUNCE_MS } from "./gateway-watch.ts";
import { BROWSERS_MAX, DRAIN_MS, HEARTBEAT_MS, type Live } from "./live.ts";
import { PENDING_MAX, SLOW_BYTES } from "./outbox.ts";
import { LINGER_MS } from "./rooms.ts";
import { type FakeBrowser, id, type LiveFixture, settled, startLive, status } from "./testing/start-live.ts";

let fixture: LiveFixture;
let live: Live;
let db: LiveFixture["db"];
let clock: LiveFixture["clock"];
let open: LiveFixture["open"];
let told: string[];
beforeEach(async () => {
  fixture = await startLive();
  ({ live, db, clock, open, told } = fixture);
});
afterEach(async () => fixture[Symbol.asyncDispose]());

/** Says what a browser looks at, and lets the look-up and the debounce pass. */
async function watch(browser: FakeBrowser, ...devices: number[]): Promise<void> {
  live.message(browser, JSON.stringify({ watch: devices.map(id) }));
  await settled();
  clock.advance(WATCH_DEBOUNCE_MS);
}
const readings = (device: string, values: Record<string, number>, atMs = 5) => [{ device, atMs, values }];

describe("events of an organisation", () => {
  test("reach its browsers and nobody else's", () => {
    const [mine, alsoMine, stranger] = [open(), open(), open("other")];
    live.publish("o", status(1));
    live.publish("nobody", status(1));
    expect(mine.heard).toEqual([{ type: "heartbeat", now: clock.nowMs() }, status(1)]);
    expect(alsoMine.heard.at(-1)).toEqual(status(1));
    expect(stranger.heard).toHaveLength(1);
  });

  test("a heartbeat goes out now and then, until everything stops", () => {
    const browser = open();
    clock.advance(HEARTBEAT_MS * 2);
    expect(browser.heard.map((event) => event.type)).toEqual(["heartbeat", "heartbeat", "heartbeat"]);
    live.stop();
    expect(browser.closed).toEqual({ code: 1001, reason: "stopping" });
    expect(clock.pending).toBe(0);
  });
});

describe("what a person may do, when it changes", () => {
  test("ends what they hear at once, so that they come in again, and nobody else's", async () => {
    const [changed, same] = [open("o", "ann", ["device:read"]), open("o", "bob", ["device:read"])];
    await watch(changed, 1);
    fixture.permit("ann", ["device:read", "site:read"]);
    live.lookAgain();
    await settled();
    expect([changed.closed, same.closed]).toEqual([{ code: 1008, reason: "auth.changed" }, null]);
    live.readings("a", readings("d1", { power: 2 }));
    live.publish("o", status(1));
    expect(changed.heard).toHaveLength(1);
  });

  test("is noticed within two seconds when another process changed it", async () => {
    const browser = open("o", "ann", ["device:read"]);
    fixture.permit("ann", []);
    clock.advance(FAREWELL_MS);
    await settled();
    expect(browser.closed).toMatchObject({ reason: "auth.changed" });
  });

  test("is looked at again when it changes while it is being looked at", async () => {
    const browser = open("o", "ann", ["device:read"]);
    live.lookAgain();
    fixture.permit("ann", []);
    live.lookAgain();
    await settled();
    expect(browser.closed).toMatchObject({ reason: "auth.changed" });
    live.stop();
    clock.advance(LINGER_MS);
    expect(clock.pending).toBe(0);
  });
});

describe("what a person may not ask for", () => {
  test("is not heard either", async () => {
    const [blind, seesSites] = [open("o", "t", []), open("o", "t", ["site:read", "device:read"])];
    const site = { type: "site:update", site: id(9), gatewayConnected: false } as const;
    live.publish("o", status(1));
    live.publish("o", site);
    await watch(blind, 1);
    await watch(seesSites, 1);
    live.readings("a", readings("d1", { power: 2 }));
    // The newest values are part of a device; only its history is apart.
    const values = { type: "telemetry", device: id(1), readings: [["power", 5, 2]] };
    expect(told).toEqual(["a: d1"]);
    expect(blind.heard.slice(1)).toEqual([]);
    expect(seesSites.heard.slice(1)).toEqual([status(1), site, values] as LiveEvent[]);
  });
});

describe("who may stay", () => {
  test("a browser whose session has ended is closed within two seconds, and the others stay", async () => {
    const [gone, stays] = [open("o", "first"), open("o", "second")];
    clock.advance(FAREWELL_MS);
    await settled();
    expect(gone.closed).toBeNull();
    fixture.ended.add("first");
    clock.advance(FAREWELL_MS);
    await settled();
    expect(gone.closed).toEqual({ code: 1008, reason: "auth.required" });
    live.publish("o", status(1));
    expect([gone.heard.length, stays.heard.length]).toEqual([1, 2]);
    expect(stays.closed).toBeNull();
  });
});

describe("watching", () => {
  test("gateways hear the union of what is looked at, each time it changes and only then", async () => {
    const [first, second] = [open(), open()];
    await watch(first, 1, 3);
    expect(told.sort()).toEqual(["a: d1", "b: d3"]);
    told.length = 0;
    await watch(second, 1, 2);
    expect(told).toEqual(["a: d1 d2"]);
    told.length = 0;
    await watch(second, 1);
    live.close(first);
    clock.advance(LINGER_MS + WATCH_DEBOUNCE_MS);
    expect(told.sort()).toEqual(["a: d1", "b: "]);
    told.length = 0;
    live.close(second);
    live.close(second);
    clock.advance(LINGER_MS + WATCH_DEBOUNCE_MS);
    expect(told).toEqual(["a: "]);
  });

  test("clicking through devices tells the gateway the last of them, once", async () => {
    const browser = open();
    for (const device of [1, 2, 1, 2]) live.message(browser, JSON.stringify({ watch: [id(device)] }));
    await settled();
    clock.advance(WATCH_DEBOUNCE_MS);
    expect(told).toEqual(["a: d2"]);
  });

  test("values reach those who look at the device", async () => {
    const [looking, elsewhere] = [open(), open()];
    await watch(looking, 1);
    await watch(elsewhere, 3);
    live.readings("a", readings("d1", { power: 2 }));
    live.readings("a", readings("d2", { power: 3 }));
    live.readings("b", readings("d1", { power: 4 }));
    expect(looking.heard.slice(1)).toEqual([
      { type: "telemetry", device: id(1), readings: [["power", 5, 2]] },
    ]);
    expect(elsewhere.heard).toHaveLength(1);
  });

  test("another organisation's device cannot be watched", async () => {
    const browser = open();
    await watch(browser, 4, 99);
    expect(told).toEqual([]);
    live.readings("c", readings("d4", { power: 2 }));
    expect(browser.heard).toHaveLength(1);
  });

  test("who leaves while its wish is looked up is not remembered", async () => {
    const browser = open();
    live.message(browser, JSON.stringify({ watch: [id(1)] }));
    live.close(browser);
    await settled();
    clock.advance(WATCH_DEBOUNCE_MS);
    expect(told).toEqual([]);
  });

  test.each([
    ["what is not JSON", "watch"],
    ["unknown fields", '{"watch":[],"more":1}'],
    ["ids that are none", '{"watch":["device"]}'],
    ["too many", JSON.stringify({ watch: Array(501).fill(id(1)) })],
    ["a novel", " ".repeat(100_000)],
  ])("%s ends the connection with what would be right", (_, text) => {
    const [browser, other] = [open(), open()];
    live.message(browser, text);
    expect(browser.closed).toEqual({ code: 1008, reason: 'send {"watch":[deviceId, ...]}' });
    live.message(browser, '{"watch":[]}');
    live.publish("o", status(1));
    expect([browser.heard.length, other.heard.length]).toEqual([1, 2]);
  });

  test("a database that fails ends the connection, which the browser opens again", async () => {
    const browser = open();
    await db.write((trx) => trx.schema.alterTable("device").renameTo("was_device").execute());
    await watch(browser, 1);
    expect(browser.closed).toEqual({ code: 1013, reason: "store.unavailable" });
  });
});

test("nobody has more lines than anybody needs, and who closes one can open another", () => {
  const lines = Array.from({ length: BROWSERS_MAX }, () => open());
  const oneMore = open();
  expect([oneMore.closed, oneMore.heard]).toEqual([{ code: 1013, reason: "too many" }, []]);
  live.close(lines[0]!);
  expect(open().closed).toBeNull();
});

describe("a slow browser", () => {
  test("gets the newest of each thing when it reads again, and nothing twice", async () => {
    const browser = open();
    await watch(browser, 1);
    browser.heard = [];
    browser.buffered = SLOW_BYTES;
    live.publish("o", status(1, "error"));
    live.publish("o", status(1, "healthy"));
    live.publish("o", { type: "site:update", site: id(9), gatewayConnected: false });
    live.readings("a", readings("d1", { power: 1, voltage: 230 }, 1));
    live.readings("a", readings("d1", { power: 2 }, 2));
    clock.advance(DRAIN_MS * 3);
    expect(browser.heard).toEqual([]);
    browser.buffered = 0;
    clock.advance(DRAIN_MS);
    expect(browser.heard).toEqual([
      status(1, "healthy"),
      { type: "site:update", site: id(9), gatewayConnected: false },
      {
        type: "telemetry",
        device: id(1),
        readings: [
          ["power", 2, 2],
          ["voltage", 1, 230],
        ],
      },
    ]);
    live.publish("o", status(2));
    expect(browser.heard).toHaveLength(4);
  });

  test("of what people did gets the newest, and how much it was since", () => {
    const deed = (seq: number, count: number): LiveEvent => ({
      ...{ type: "audit:new", seq, at: seq, actor: "Ann", action: "site.create", count },
      target: { kind: "site", id: id(seq), name: `Site ${seq}` },
    });
    const browser = open("o", "t", ["audit:read"]);
    browser.heard = [];
    browser.buffered = SLOW_BYTES;
    live.publish("o", deed(1, 1));
    live.publish("o", deed(4, 3));
    browser.buffered = 0;
    clock.advance(DRAIN_MS);
    expect(browser.heard).toEqual([deed(4, 4)]);
  });

  test("does not make the others wait, and is let go when it is hopelessly behind", () => {
    const [slow, quick] = [open(), open()];
    slow.buffered = SLOW_BYTES;
    for (let device = 0; device <= PENDING_MAX; device += 1) live.publish("o", status(device));
    expect(quick.heard).toHaveLength(PENDING_MAX + 2);
    expect(slow.closed).toEqual({ code: 1013, reason: "too slow" });
    // A heartbeat is not worth keeping twice.
    const patient = open();
    patient.buffered = SLOW_BYTES;
    clock.advance(HEARTBEAT_MS * 2);
    patient.buffered = 0;
    clock.advance(DRAIN_MS);
    expect(patient.heard).toHaveLength(2);
  });
});
