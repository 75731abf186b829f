import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getLogger } from "@logtape/logtape";
import type { LiveEvent } from "../../protocol/live/event.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import type { Scope } from "../accounts/scope.ts";
import type { CloudDatabase } from "../database/database.ts";
import { openSqlite } from "../database/sqlite.ts";
import {
  type BrowserConnection,
  DRAIN_MS,
  HEARTBEAT_MS,
  Live,
  STATUS_DEBOUNCE_MS,
  WATCH_DEBOUNCE_MS,
} from "./live.ts";
import { PENDING_MAX, SLOW_BYTES } from "./outbox.ts";

const id = (number: number): string => `0190b8e0-7c1a-7000-8000-${String(number).padStart(12, "0")}`;
const scope = (organizationId = "o"): Scope => ({ userId: "u", organizationId, role: "viewer" });

class FakeBrowser implements BrowserConnection {
  heard: LiveEvent[] = [];
  buffered = 0;
  closed: { code: number; reason: string } | null = null;
  send(text: string): void {
    this.heard.push(JSON.parse(text));
  }
  bufferedAmount(): number {
    return this.buffered;
  }
  close(code: number, reason: string): void {
    this.closed = { code, reason };
  }
}

let directory: string;
let db: CloudDatabase;
let clock: ManualClock;
let live: Live;
let told: string[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "homepot-live-"));
  db = await openSqlite(join(directory, "cloud.db"));
  clock = new ManualClock();
  told = [];
  live = new Live({
    db,
    clock,
    log: getLogger(["test"]),
    watch: (gatewayId, keys) => told.push(`${gatewayId}: ${[...keys].sort().join(" ")}`),
  });
  live.start();
  await addDevices();
});
afterEach(async () => {
  live.stop();
  await db.close();
  rmSync(directory, { recursive: true });
});

/** Devices 1 and 2 at gateway a, 3 at b, all of organisation `o`; 4 at c of `other`. */
async function addDevices(): Promise<void> {
  const common = { created_ms: 0, updated_ms: 0 };
  const places = [
    ["a", "o", [1, 2]],
    ["b", "o", [3]],
    ["c", "other", [4]],
  ] as const;
  await db.write(async (trx) => {
    for (const [gateway, organization_id, devices] of places) {
      const site = { ...common, id: gateway, organization_id, name: gateway, description: "", address: "" };
      await trx
        .insertInto("site")
        .values({ ...site, time_zone: "UTC" })
        .execute();
      const heads = { urgent_head: 0, bulk_head: 0, downlog_epoch: "e", downlog_head: 0, downlog_acked: 0 };
      const row = { id: gateway, organization_id, site_id: gateway, name: "", public_key: "", created_ms: 0 };
      await trx
        .insertInto("gateway")
        .values({ ...row, ...heads })
        .execute();
      for (const device of devices) {
        const state = { provenance: "real", lifecycle: "active", connectivity: "never", attributes: "{}" };
        const where = { organization_id, site_id: gateway, gateway_id: gateway };
        await trx
          .insertInto("device")
          .values({ ...common, ...where, ...state, id: id(device), key: `d${device}` })
          .execute();
      }
    }
  });
}

function open(organizationId?: string): FakeBrowser {
  const browser = new FakeBrowser();
  live.open(browser, scope(organizationId));
  return browser;
}

/** Says what a browser looks at, and lets the look-up and the debounce pass. */
async function watch(browser: FakeBrowser, ...devices: number[]): Promise<void> {
  live.message(browser, JSON.stringify({ watch: devices.map(id) }));
  await settled();
  clock.advance(WATCH_DEBOUNCE_MS);
}
/** Look-ups answer within the task they are asked in; the next one comes after them. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

const status = (device: number, health: "healthy" | "error" = "healthy"): LiveEvent => ({
  type: "device:status",
  device: id(device),
  site: id(9),
  connectivity: "online",
  health,
  since: 1,
});
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

describe("states of devices", () => {
  const changed = async (...devices: number[]) => {
    live.devicesChanged("o", devices.map(id));
    clock.advance(STATUS_DEBOUNCE_MS);
    await settled();
  };
  const measured = (device: number, battery: number) =>
    db.write(async (trx) => {
      await trx.updateTable("device").set({ last_seen_ms: 1 }).execute();
      const row = { device_id: id(device), metric: "battery", value: String(battery), at_ms: 1 };
      await trx
        .insertInto("device_metric")
        .values(row)
        .onConflict((conflict) => conflict.columns(["device_id", "metric"]).doUpdateSet(row))
        .execute();
    });

  test("are told with the health that follows from the newest values, once", async () => {
    const browser = open();
    await measured(1, 12);
    await changed(1);
    await changed(1, 1);
    await measured(1, 80);
    await db.write((trx) =>
      trx.updateTable("device").set({ connectivity: "online", connectivity_since_ms: 7 }).execute(),
    );
    await changed(1);
    const common = { type: "device:status", device: id(1), site: "a" };
    expect(browser.heard.slice(1)).toEqual([
      { ...common, connectivity: "never", health: "warning", since: 0 },
      { ...common, connectivity: "online", health: "healthy", since: 7 },
    ] as LiveEvent[]);
  });

  test("are not looked up while nobody listens, and then not taken for known", async () => {
    const browser = open();
    await changed(1);
    live.close(browser);
    await changed(1);
    const later = open();
    await changed(1);
    expect([browser.heard.length, later.heard.length]).toEqual([2, 2]);
    await changed();
    expect(clock.pending).toBe(1);
  });

  test("that cannot be looked up end nothing", async () => {
    const browser = open();
    await db.write((trx) => trx.schema.alterTable("device").renameTo("was_device").execute());
    await changed(1);
    live.publish("o", status(1));
    expect(browser.heard.at(-1)).toEqual(status(1));
  });
});

describe("watching", () => {
  test("gateways hear the union of what is looked at, each time it changes and only then", async () => {
    const [first, second] = [open(), open()];
    await watch(first, 1, 3);
    expect(told.sort()).toEqual(["a: d1", "b: d3"]);
    told = [];
    await watch(second, 1, 2);
    expect(told).toEqual(["a: d1 d2"]);
    told = [];
    await watch(second, 1);
    live.close(first);
    clock.advance(WATCH_DEBOUNCE_MS);
    expect(told.sort()).toEqual(["a: d1", "b: "]);
    told = [];
    live.close(second);
    live.close(second);
    clock.advance(WATCH_DEBOUNCE_MS);
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
