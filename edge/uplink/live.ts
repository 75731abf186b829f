import type { Clock } from "../../protocol/clock.ts";
import type { Live } from "../../protocol/frames/control.ts";
import type { Reading, Value } from "../../protocol/telemetry/reading.ts";
import { KIB } from "../../protocol/units.ts";

/** A page that moves four times a second looks alive. */
export const LIVE_EVERY_MS = 250;
/** About how much one frame carries; what is left over waits for the next, and may be overtaken until then. */
const FRAME_BYTES = 256 * KIB;
const VALUE_BYTES = 40;

/**
 * Streams the newest values of the devices somebody looks at: one value a device and metric, at most every
 * {@link LIVE_EVERY_MS}, nothing while the line is busy. What was not sent in time is replaced by what is newer.
 */
export class LiveStream {
  readonly #clock: Clock;
  readonly #send: (readings: Live["readings"]) => void;
  readonly #busy: () => boolean;
  readonly #open: (device: string) => readonly Reading[];
  #watched: ReadonlySet<string> = new Set();
  #waiting = new Map<string, Map<string, { atMs: number; value: Value }>>();
  #cancel: (() => void) | null = null;

  constructor(parts: {
    clock: Clock;
    send: (readings: Live["readings"]) => void;
    busy: () => boolean;
    /** The device's readings that the cloud cannot have yet. */
    open: (device: string) => readonly Reading[];
  }) {
    this.#clock = parts.clock;
    this.#send = parts.send;
    this.#busy = parts.busy;
    this.#open = parts.open;
  }

  /**
   * These devices from now on, and no others. Of those that were not watched before, what is not sealed yet is sent at
   * once: whoever looks has read the rest from the cloud, and a value that came meanwhile would stay unseen.
   */
  watch(devices: readonly string[]): void {
    const before = this.#watched;
    this.#watched = new Set(devices);
    for (const device of this.#waiting.keys()) {
      if (!this.#watched.has(device)) this.#waiting.delete(device);
    }
    for (const device of this.#watched) {
      if (!before.has(device)) this.offer(device, this.#open(device));
    }
  }

  offer(device: string, readings: readonly Reading[]): void {
    if (!this.#watched.has(device) || readings.length === 0) return;
    let metrics = this.#waiting.get(device);
    if (metrics === undefined) {
      metrics = new Map();
      this.#waiting.set(device, metrics);
    }
    for (const { atMs, values } of readings) {
      for (const [metric, value] of Object.entries(values)) {
        if (atMs >= (metrics.get(metric)?.atMs ?? 0)) metrics.set(metric, { atMs, value });
      }
    }
    if (this.#cancel === null) this.#turn();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#watched = new Set();
    this.#waiting.clear();
  }

  #turn(): void {
    this.#cancel = null;
    if (this.#waiting.size === 0) return;
    this.#cancel = this.#clock.after(LIVE_EVERY_MS, () => this.#turn());
    if (!this.#busy()) this.#send(this.#take());
  }

  /** The waiting values as readings, one a device and time. */
  #take(): Live["readings"] {
    const readings: Live["readings"] = [];
    let bytes = 0;
    for (const [device, metrics] of this.#waiting) {
      if (bytes > FRAME_BYTES) break;
      this.#waiting.delete(device);
      const byTime = Map.groupBy(metrics, ([, { atMs }]) => atMs);
      for (const [atMs, group] of byTime) {
        const values = Object.fromEntries(group.map(([metric, { value }]) => [metric, value]));
        readings.push({ device, atMs, values });
      }
      for (const [metric, { value }] of metrics) {
        bytes += VALUE_BYTES + metric.length + (typeof value === "string" ? value.length : 0);
      }
    }
    return readings;
  }
}
