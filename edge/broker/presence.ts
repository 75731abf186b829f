import type { Clock } from "../../protocol/clock.ts";
import { MINUTE, SECOND } from "../../protocol/units.ts";
import type { Devices } from "../devices/devices.ts";

/** A device that is back so soon was not away: a reconnect is no event for an operator. */
const OFFLINE_GRACE_MS = 5 * SECOND;
/** After a start of the gateway its devices have this long to come back before they count as gone. */
const RESTART_GRACE_MS = MINUTE;

/**
 * Whether devices are there, from the connections they hold. A device may hold several; it is gone when the last one
 * has been gone for a moment, or at once when it says so itself (status `offline`, or its last will).
 */
export class Presence {
  readonly #devices: Devices;
  readonly #clock: Clock;
  readonly #connections = new Map<string, number>();
  readonly #leaving = new Map<string, () => void>();
  #stopped = false;

  constructor(parts: { devices: Devices; clock: Clock }) {
    this.#devices = parts.devices;
    this.#clock = parts.clock;
  }

  /** Begins to wait for the devices that were there when the gateway stopped. */
  start(): void {
    for (const device of this.#devices.list()) {
      if (device.connectivity !== "online") continue;
      this.#leave(device.key, RESTART_GRACE_MS, "did not come back after the gateway restarted");
    }
  }

  /** Connections that end from here on end because the gateway stops, which says nothing of the devices. */
  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#leaving.values()) cancel();
    this.#leaving.clear();
  }

  connected(device: string): void {
    this.#connections.set(device, (this.#connections.get(device) ?? 0) + 1);
    this.#stay(device);
    this.#devices.setConnectivity(device, "online", "connected");
  }

  disconnected(device: string, reason: string): void {
    const left = (this.#connections.get(device) ?? 1) - 1;
    if (left > 0) {
      this.#connections.set(device, left);
      return;
    }
    this.#connections.delete(device);
    this.#leave(device, OFFLINE_GRACE_MS, reason);
  }

  /** The device's own word: `online` or `offline` on its status topic. */
  said(device: string, connectivity: "online" | "offline"): void {
    this.#stay(device);
    this.#devices.setConnectivity(
      device,
      connectivity,
      connectivity === "online" ? "said online" : "said offline",
    );
  }

  #stay(device: string): void {
    this.#leaving.get(device)?.();
    this.#leaving.delete(device);
  }

  #leave(device: string, graceMs: number, reason: string): void {
    this.#stay(device);
    if (this.#stopped) return;
    const cancel = this.#clock.after(graceMs, () => {
      this.#leaving.delete(device);
      this.#devices.setConnectivity(device, "offline", reason);
    });
    this.#leaving.set(device, cancel);
  }
}
