import type { LiveReading } from "../../charts/charts.ts";
import type { Telemetry } from "../../live/live.ts";

/** Live readings kept a metric: an hour at one a second. */
const KEPT = 3_600;

/** The readings heard since the page was opened, by metric, the oldest forgotten first. */
export class HeardReadings {
  readonly #byMetric = new Map<string, LiveReading[]>();

  add(readings: Telemetry["readings"]): void {
    for (const [metric, atMs, value] of readings) {
      if (typeof value === "string") continue;
      let heard = this.#byMetric.get(metric);
      if (heard === undefined) {
        heard = [];
        this.#byMetric.set(metric, heard);
      }
      heard.push([atMs, Number(value)]);
      if (heard.length > KEPT) heard.splice(0, heard.length - KEPT);
    }
  }

  of(metric: string): readonly LiveReading[] {
    return this.#byMetric.get(metric) ?? [];
  }
}
