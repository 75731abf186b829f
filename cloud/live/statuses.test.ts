import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { LiveEvent } from "../../protocol/live/event.ts";
import type { Live } from "./live.ts";
import { LINGER_MS } from "./rooms.ts";
import { STATUS_DEBOUNCE_MS } from "./status-news.ts";
import { id, type LiveFixture, settled, startLive, status } from "./testing/start-live.ts";

let fixture: LiveFixture;
let live: Live;
let db: LiveFixture["db"];
let clock: LiveFixture["clock"];
let open: LiveFixture["open"];
beforeEach(async () => {
  fixture = await startLive();
  ({ live, db, clock, open } = fixture);
});
afterEach(async () => fixture[Symbol.asyncDispose]());

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
    clock.advance(LINGER_MS);
    await changed(1);
    const later = open();
    await changed(1);
    expect([browser.heard.length, later.heard.length]).toEqual([2, 2]);
    await changed();
    // The heartbeat and the look for who has to go.
    expect(clock.pending).toBe(2);
  });

  test("that cannot be looked up end nothing", async () => {
    const browser = open();
    await db.write((trx) => trx.schema.alterTable("device").renameTo("was_device").execute());
    await changed(1);
    live.publish("o", status(1));
    expect(browser.heard.at(-1)).toEqual(status(1));
  });
});
