import { describe, expect, test } from "bun:test";
import { getLogger } from "@logtape/logtape";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { MINUTE, SECOND } from "../../protocol/units.ts";
import type { DeviceRecord, Devices } from "../devices/devices.ts";
import { Presence } from "./presence.ts";

/** The part of the devices that presence talks to, with what it was told. */
function start(online: string[] = []) {
  const clock = new ManualClock();
  const told: string[] = [];
  const disk = { full: false };
  const devices: Pick<Devices, "list" | "setConnectivity"> = {
    list: () => online.map((key) => ({ key, connectivity: "online" }) as DeviceRecord),
    setConnectivity: (key, connectivity, reason) => {
      if (disk.full) throw new Error("disk full");
      told.push(`${key} ${connectivity}: ${reason}`);
    },
  };
  const presence = new Presence({ devices: devices as Devices, clock, log: getLogger("test") });
  presence.start();
  return { clock, told, presence, disk };
}

describe("a device's presence", () => {
  test("outlives a reconnect, and ends a moment after the last connection", () => {
    const { clock, told, presence } = start();
    presence.connected("a");
    presence.connected("a");
    presence.disconnected("a", "connection closed");
    clock.advance(MINUTE);
    presence.disconnected("a", "connection closed");
    clock.advance(4 * SECOND);
    presence.connected("a");
    clock.advance(MINUTE);
    presence.disconnected("a", "connection closed");
    clock.advance(5 * SECOND);
    expect(told.filter((line) => line.includes("offline"))).toEqual(["a offline: connection closed"]);
  });

  test("ends at once by its own word", () => {
    const { told, presence, clock } = start();
    presence.connected("a");
    presence.said("a", "offline");
    expect(told.at(-1)).toBe("a offline: said offline");
    presence.said("a", "online");
    clock.advance(MINUTE);
    expect(told.at(-1)).toBe("a online: said online");
    presence.said("a", "offline", true);
    expect(told.at(-1)).toBe("a offline: gone without a goodbye");
  });

  test("ends with its connection, also when its last word was written after that", () => {
    const { told, presence, clock } = start();
    presence.connected("a");
    presence.disconnected("a", "connection closed");
    presence.said("a", "online");
    clock.advance(MINUTE);
    expect(told.at(-1)).toBe("a offline: connection closed");
  });

  test("is written when there is room again", () => {
    const { told, presence, clock, disk } = start();
    disk.full = true;
    presence.connected("a");
    presence.connected("b");
    presence.disconnected("b", "connection closed");
    clock.advance(MINUTE);
    expect(() => presence.said("a", "online")).toThrow("disk full");
    expect(told).toEqual([]);
    disk.full = false;
    presence.connected("a");
    clock.advance(MINUTE);
    expect(told.toSorted()).toEqual(["a online: connected", "b offline: connection closed"]);
    expect(clock.pending).toBe(0);
  });

  test("is waited for after the gateway has restarted", () => {
    const { clock, told, presence } = start(["a", "b"]);
    presence.connected("b");
    clock.advance(MINUTE);
    expect(told).toEqual(["b online: connected", "a offline: did not come back after the gateway restarted"]);
  });

  test("is not judged by the end of the gateway", () => {
    const { clock, told, presence } = start(["b"]);
    presence.connected("a");
    presence.stop();
    presence.disconnected("a", "connection closed");
    clock.advance(10 * MINUTE);
    expect(told).toEqual(["a online: connected"]);
    expect(clock.pending).toBe(0);
  });
});
