import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../protocol/clock.ts";
import { MINUTE, SECOND } from "../../protocol/units.ts";
import type { Devices } from "../devices/devices.ts";

/** A device that is back so soon was not away: a reconnect is no event for an operator. */
const OFFLINE_GRACE_MS = 5 * SECOND;
/** After a start of the gateway its devices have this long to come back before they count as gone. */
const RESTART_GRACE_MS = MINUTE;
/** When a change could not be written (the disk is full), it is tried again so much later. */
const RETRY_AFTER_MS = 5 * SECOND;

/** What the cloud hears of a device. */
type Told = "online" | "late" | "offline";

/**
 * Whether devices are there, from the connections they hold. A device may hold several; it is gone when the last one
 * has been gone for a moment, or at once when it says so itself (status `offline`, or its last will).
 */
export class Presence {
  readonly #devices: Devices;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #connections = new Map<string, number>();
  /** What becomes of a device later, unless something else happens to it first: how to call it off. */
  readonly #pending = new Map<string, () => void>();
  #stopped = false;

  constructor(parts: { devices: Devices; clock: Clock; log: Logger }) {
    this.#devices = parts.devices;
    this.#clock = parts.clock;
    this.#log = parts.log;
  }

  /** Begins to wait for the devices that were there when the gateway stopped. */
  start(): void {
    for (const device of this.#devices.list()) {
      if (device.connectivity !== "online" && device.connectivity !== "late") continue;
      const reason = "did not come back after the gateway restarted";
      this.#later(device.key, RESTART_GRACE_MS, "offline", reason);
    }
  }

  /** Connections that end from here on end because the gateway stops, which says nothing of the devices. */
  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#pending.values()) cancel();
    this.#pending.clear();
  }

  connected(device: string): void {
    this.#connections.set(device, (this.#connections.get(device) ?? 0) + 1);
    this.#callOff(device);
    this.#write(device, "online", "connected");
  }

  disconnected(device: string, reason: string): void {
    const left = (this.#connections.get(device) ?? 1) - 1;
    if (left > 0) {
      this.#connections.set(device, left);
      return;
    }
    this.#connections.delete(device);
    this.#later(device, OFFLINE_GRACE_MS, "offline", reason);
  }

  /** It is silent though it is expected to speak; its next message makes it online again. */
  late(device: string, reason: string): void {
    if (this.#connections.has(device)) this.#write(device, "late", reason);
  }

  /** The device's own word: `online` or `offline` on its status topic, said now or left as its last will. Throws when it cannot be written. */
  said(device: string, connectivity: "online" | "offline", isWill = false): void {
    // A word may still be on its way to the disk when the connection has ended; it does not undo that end.
    if (this.#connections.has(device)) this.#callOff(device);
    const reason = isWill ? "gone without a goodbye" : `said ${connectivity}`;
    this.#devices.setConnectivity(device, connectivity, reason);
  }

  #write(device: string, connectivity: Told, reason: string): void {
    try {
      this.#devices.setConnectivity(device, connectivity, reason);
    } catch (error) {
      this.#log.warn("whether a device is there could not be written yet", { device, connectivity, error });
      this.#later(device, RETRY_AFTER_MS, connectivity, reason);
    }
  }

  #later(device: string, afterMs: number, connectivity: Told, reason: string): void {
    this.#callOff(device);
    if (this.#stopped) return;
    const callOff = this.#clock.after(afterMs, () => {
      this.#pending.delete(device);
      this.#write(device, connectivity, reason);
    });
    this.#pending.set(device, callOff);
  }

  #callOff(device: string): void {
    this.#pending.get(device)?.();
    this.#pending.delete(device);
  }
}
