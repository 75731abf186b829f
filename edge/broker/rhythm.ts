import type { Clock } from "../../protocol/clock.ts";
import { MINUTE, SECOND } from "../../protocol/units.ts";
import type { Devices } from "../devices/devices.ts";
import type { Presence } from "./presence.ts";

/** Pauses between messages that must look alike before a device counts as one that keeps time. */
const PAUSES = 8;
/** Late: silent for so many of its longest pauses, and for so long beyond one. */
const LATE_PAUSES = 3;
const LATE_BEYOND_MS = 30 * SECOND;
const LOOK_EVERY_MS = 10 * SECOND;

interface Known {
  heardMs: number;
  /** The last {@link PAUSES} of them; `at` is the oldest. */
  pauses: Float64Array;
  count: number;
  at: number;
}

/**
 * Whether devices send when they are expected to. What is expected is learned from the device itself: one whose last
 * pauses are all about as long keeps time, and is late when it is silent for three of them although its connection
 * stands. Of others, such as a door that speaks when it is opened, nothing is expected. Kept in memory: after a restart
 * it is learned anew.
 */
export class Rhythm {
  readonly #parts: {
    devices: Pick<Devices, "get">;
    presence: Pick<Presence, "late">;
    clock: Pick<Clock, "monotonicMs" | "after">;
  };
  readonly #known = new Map<string, Known>();
  #cancel: (() => void) | null = null;

  constructor(parts: {
    devices: Pick<Devices, "get">;
    presence: Pick<Presence, "late">;
    clock: Pick<Clock, "monotonicMs" | "after">;
  }) {
    this.#parts = parts;
  }

  start(): void {
    this.#cancel ??= this.#parts.clock.after(LOOK_EVERY_MS, () => this.#look());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** A device has sent a measurement. */
  heard(device: string): void {
    const nowMs = this.#parts.clock.monotonicMs();
    const known = this.#known.get(device);
    if (known === undefined) {
      this.#known.set(device, { heardMs: nowMs, pauses: new Float64Array(PAUSES), count: 0, at: 0 });
      return;
    }
    known.pauses[known.at] = nowMs - known.heardMs;
    known.at = (known.at + 1) % PAUSES;
    known.count += 1;
    known.heardMs = nowMs;
  }

  #look(): void {
    this.#cancel = this.#parts.clock.after(LOOK_EVERY_MS, () => this.#look());
    const nowMs = this.#parts.clock.monotonicMs();
    for (const [device, known] of this.#known) {
      const pauseMs = pauseOf(known);
      if (pauseMs === null) continue;
      const silentMs = nowMs - known.heardMs;
      if (silentMs < LATE_PAUSES * pauseMs || silentMs < pauseMs + LATE_BEYOND_MS) continue;
      const record = this.#parts.devices.get(device);
      if (record === null) this.#known.delete(device);
      // One that said it is offline, or whose connection has ended, is not expected to speak.
      else if (record.connectivity === "online") this.#parts.presence.late(device, told(pauseMs));
    }
  }
}

/** The pause a device keeps; null for one that keeps none. What comes in a burst counts as one message. */
function pauseOf({ pauses, count }: Known): number | null {
  if (count < PAUSES) return null;
  const longest = Math.max(...pauses);
  const kept = pauses.every((pause) => pause >= longest / 2 || pause <= longest / 20);
  return kept && longest > 0 ? longest : null;
}

/** `expected every 60 s` */
function told(pauseMs: number): string {
  const [count, unit] =
    pauseMs < 2 * MINUTE
      ? [Math.max(1, Math.round(pauseMs / SECOND)), "s"]
      : [Math.round(pauseMs / MINUTE), "min"];
  return `expected every ${count} ${unit}`;
}
