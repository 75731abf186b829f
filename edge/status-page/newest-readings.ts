import type { Reading, Value } from "../../protocol/telemetry/reading.ts";

/** More metrics than these do not fit beside a device, nor longer texts. */
const METRICS_SHOWN = 12;
const CHARACTERS_SHOWN = 80;

/** What each device said last since the gateway was started, as much of it as is shown. */
export class NewestReadings {
  readonly #byDevice = new Map<string, { metric: string; value: Value }[]>();

  add(device: string, readings: readonly Reading[]): void {
    const newest = readings.at(-1);
    if (newest === undefined) return;
    const values = Object.entries(newest.values)
      .slice(0, METRICS_SHOWN)
      .map(([metric, value]) => ({
        metric,
        value: typeof value === "string" ? value.slice(0, CHARACTERS_SHOWN) : value,
      }));
    this.#byDevice.set(device, values);
  }

  of(device: string): readonly { metric: string; value: Value }[] {
    return this.#byDevice.get(device) ?? [];
  }
}
