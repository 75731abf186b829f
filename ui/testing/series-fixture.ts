import { unitOf } from "../../protocol/telemetry/metric-units.ts";
import type { Series, SeriesPoint } from "../../protocol/telemetry/series.ts";
import { HOUR, MINUTE } from "../../protocol/units.ts";

/** A value that looks measured: a daily course, slow waves and a little noise, the same for the same moment. */
export function measuredAt(metric: string, base: number, atMs: number): number {
  if (metric === "paperOut" || metric === "cooling") return Math.floor(atMs / (4 * MINUTE)) % 3 === 0 ? 1 : 0;
  const noise = Math.sin(atMs / 977) * Math.sin(atMs / 3_301) * 0.02;
  const waves = Math.sin(atMs / (7 * MINUTE)) * 0.06 + Math.sin(atMs / (31 * MINUTE)) * 0.05;
  const daily = Math.sin(atMs / ((24 * HOUR) / (2 * Math.PI))) * 0.12;
  const value = base * (1 + noise + waves + daily);
  return Math.round(value * 100) / 100;
}

/** Points of such a series, with a silence in it. */
export function makeSeries(
  metric: string,
  base: number,
  fromMs: number,
  toMs: number,
  points: number,
): Series {
  const bucketMs = (toMs - fromMs) / points;
  const stepMs = Math.max(bucketMs, 10_000);
  const rows: SeriesPoint[] = [];
  const gapFromMs = fromMs + (toMs - fromMs) * 0.34;
  const gapToMs = fromMs + (toMs - fromMs) * 0.41;
  for (let atMs = Math.ceil(fromMs / stepMs) * stepMs; atMs <= toMs; atMs += stepMs) {
    if (atMs > gapFromMs && atMs < gapToMs) continue;
    const samples = [0, 0.25, 0.5, 0.75].map((part) => measuredAt(metric, base, atMs + part * stepMs));
    const spread = base * (0.004 + 0.012 * Math.min(1, stepMs / MINUTE));
    const boolean = metric === "paperOut" || metric === "cooling";
    const mean = boolean ? samples[0]! : samples.reduce((sum, value) => sum + value, 0) / samples.length;
    rows.push([
      atMs,
      boolean ? mean : Math.min(...samples) - spread,
      mean,
      boolean ? mean : Math.max(...samples) + spread,
      Math.max(1, Math.round(stepMs / 10_000)),
    ]);
  }
  return {
    metric,
    unit: unitOf(metric),
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    points: rows,
  };
}
