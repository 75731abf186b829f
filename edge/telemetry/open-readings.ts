import type { Reading } from "../../protocol/telemetry/reading.ts";

/** A device's readings that are journalled and in no chunk yet. */
export interface Open {
  readings: Reading[];
  /** The journal rows they are in, oldest first, and how many in each. */
  rows: { id: number; readings: number }[];
  /** Since when the oldest has waited, monotonic ms. */
  sinceMs: number;
  /** Since when the newest has. */
  newestMs: number;
  /** How many of them were looked at for news, and whether there was any. */
  looked: number;
  isNews: boolean;
}

/** The beginning of what is open, up to the end of a journal row. */
export interface Portion {
  readings: number;
  lastRow: number;
}

/** As many whole rows as make at most `most` readings, but one at least; all of them when `most` is null. */
export function portionOf(open: Open, most: number | null): Portion {
  const portion: Portion = { readings: 0, lastRow: 0 };
  for (const row of open.rows) {
    if (most !== null && portion.readings > 0 && portion.readings + row.readings > most) break;
    portion.readings += row.readings;
    portion.lastRow = row.id;
  }
  return portion;
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
      open = { readings: [], rows: [], sinceMs: nowMs, newestMs: nowMs, looked: 0, isNews: false };
      this.#byDevice.set(device, open);
    }
    for (const reading of readings) open.readings.push(reading);
    open.newestMs = nowMs;
    const last = open.rows.at(-1);
    if (last?.id === row) last.readings += readings.length;
    else open.rows.push({ id: row, readings: readings.length });
    this.#count += readings.length;
    return open;
  }

  /** This portion of a device is in chunks. */
  sealed(device: string, { readings, lastRow }: Portion, nowMs: number): void {
    const open = this.#byDevice.get(device);
    if (open === undefined) return;
    open.readings.splice(0, readings);
    while (open.rows.length > 0 && open.rows[0]!.id <= lastRow) open.rows.shift();
    this.#count -= readings;
    if (open.readings.length === 0) this.#byDevice.delete(device);
    open.sinceMs = nowMs;
    // What is left is looked at again: something else is known now.
    open.looked = 0;
    open.isNews = false;
  }

  /** The oldest journal row an open reading is in; null when there is none. */
  oldestRow(): number | null {
    let oldest: number | null = null;
    for (const { rows } of this.#byDevice.values()) {
      const first = rows[0]?.id ?? null;
      if (first !== null && (oldest === null || first < oldest)) oldest = first;
    }
    return oldest;
  }
}
