import type { SeriesPoint } from "../../protocol/telemetry/series.ts";

export const SPARKLINE_WIDTH = 100;
export const SPARKLINE_HEIGHT = 28;
/** Room for the stroke at the extremes. */
const PADDING = 2;

/**
 * The SVG path of a small line through the means, over a span of time. A gap begins a new stroke; a flat line lies in
 * the middle. "" with fewer than two points: there is no course to show.
 */
export function sparklinePath(
  points: readonly SeriesPoint[],
  span: { fromMs: number; toMs: number },
  gap: number,
): string {
  const shown = points.filter(([atMs]) => atMs >= span.fromMs && atMs <= span.toMs);
  if (shown.length < 2) return "";
  const means = shown.map((point) => point[2]);
  const low = Math.min(...means);
  const height = Math.max(...means) - low;
  const x = (atMs: number) => ((atMs - span.fromMs) / (span.toMs - span.fromMs)) * SPARKLINE_WIDTH;
  const y = (value: number) =>
    height === 0
      ? SPARKLINE_HEIGHT / 2
      : SPARKLINE_HEIGHT - PADDING - ((value - low) / height) * (SPARKLINE_HEIGHT - 2 * PADDING);
  let before: number | null = null;
  return shown
    .map(([atMs, , mean]) => {
      const command = before === null || atMs - before > gap ? "M" : "L";
      before = atMs;
      return `${command}${x(atMs).toFixed(1)} ${y(mean).toFixed(1)}`;
    })
    .join("");
}
