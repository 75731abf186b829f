import type { LatestValue } from "../../../protocol/devices/device.ts";
import { unitOf } from "../../../protocol/telemetry/metric-units.ts";
import type { Telemetry } from "../../live/live.ts";

/** The newest values with what was heard put in: the later of two wins, a metric never met before joins in order. */
export function mergeLatest(values: readonly LatestValue[], readings: Telemetry["readings"]): LatestValue[] {
  const merged = new Map(values.map((value) => [value.metric, value]));
  for (const [metric, atMs, value] of readings) {
    const known = merged.get(metric);
    if (known !== undefined && Date.parse(known.at) > atMs) continue;
    merged.set(metric, {
      metric,
      unit: known?.unit ?? unitOf(metric),
      value,
      at: new Date(atMs).toISOString(),
    });
  }
  return [...merged.values()].sort((a, b) => a.metric.localeCompare(b.metric, "en"));
}

/** Of two lists of newest values, each metric's later one: a page rendered again and what was heard since. */
export function laterOf(a: readonly LatestValue[], b: readonly LatestValue[]): LatestValue[] {
  return mergeLatest(
    a,
    b.map(({ metric, at, value }) => [metric, Date.parse(at), value]),
  );
}

/** What people look for first, where a device measures it. */
const MAIN_METRICS = ["temperature", "power", "latency", "latencyMs", "cpu", "battery"];

/** The metric a chart begins with: a main one, else the first number, else the first that can be drawn. */
export function firstChoice(values: readonly LatestValue[]): LatestValue | undefined {
  const drawable = values.filter(isDrawable);
  const main = MAIN_METRICS.map((name) => drawable.find(({ metric }) => metric === name)).find(Boolean);
  return main ?? drawable.find(({ value }) => typeof value === "number") ?? drawable[0];
}

/** Whether a chart can show it. Booleans count as 0 and 1. */
export function isDrawable(value: LatestValue): boolean {
  return typeof value.value !== "string";
}
