import type { Reading } from "../../protocol/telemetry/reading.ts";

/** A device's readings that are journalled and in no chunk yet, and the journal rows they are in. */
export interface Open {
  readings: Reading[];
  firstRow: number;
  lastRow: number;
  /** Since when the oldest has waited, monotonic ms. */
  sinceMs: number;
}

/** All open readings, by device. They are in the journal as well; this is what sealing need not read back. */
export class OpenReadings {
  readonly #byDevice = new Map<string, Open>();
  #count = 0;

  /** How many readings, of all devices. */
  get count(): number {
    return this.#count;
  }
  devices(): string[] {
    return [...this.#byDevice.keys()];
  }
  get(device: string): Open | undefined {
    return this.#byDevice.get(device);
  }
  *[Symbol.iterator](): Generator<[string, Open]> {
    yield* this.#byDevice;
  }

  add(device: string, readings: readonly Reading[], row: number, nowMs: number): Open {
    let open = this.#byDevice.get(device);
    if (open === undefined) {
      open = { readings: [], firstRow: row, lastRow: row, sinceMs: nowMs };
      this.#byDevice.set(device, open);
    }
    for (const reading of readings) open.readings.push(reading);
    open.lastRow = row;
    this.#count += readings.length;
    return open;
  }

  /** The device's first `count` readings are in chunks: those up to journal row `row`. */
  sealed(device: string, count: number, row: number, nowMs: number): void {
    const open = this.#byDevice.get(device);
    if (open === undefined) return;
    open.readings.splice(0, count);
    this.#count -= count;
    if (open.readings.length === 0) this.#byDevice.delete(device);
    open.firstRow = row + 1;
    open.sinceMs = nowMs;
  }

  /** The oldest journal row an open reading is in; null when there is none. */
  oldestRow(): number | null {
    let oldest: number | null = null;
    for (const { firstRow } of this.#byDevice.values()) {
      if (oldest === null || firstRow < oldest) oldest = firstRow;
    }
    return oldest;
  }
}
