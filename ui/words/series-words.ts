import type { ClockCorrection, Series } from "../../protocol/telemetry/series.ts";
import type { BrowserWords } from "./catalogues.ts";
import { clockSpan } from "./clock-words.ts";

/** What a chart has to say about what it does not show; null when it shows everything as it was measured. */
export function qualityWords(
  { telemetry }: BrowserWords,
  { quality, thinned }: Pick<Series, "quality" | "thinned">,
): string | null {
  const said: string[] = [];
  const { droppedReadings = 0, missingReadings = 0, damagedChunks = 0 } = quality ?? {};
  if (droppedReadings > 0) said.push(telemetry.dropped(droppedReadings));
  if (damagedChunks > 0) said.push(telemetry.damaged(missingReadings));
  if (thinned) said.push(telemetry.thinned);
  return said.length === 0 ? null : said.join(" ");
}

/** Below a chart: whose times are corrected; null when none are. */
export function correctionWords(
  words: BrowserWords,
  corrected: readonly ClockCorrection[] | undefined,
): string | null {
  const { telemetry } = words;
  const skews = (corrected ?? []).flatMap(({ skewMs }) => {
    const span = clockSpan(words, skewMs);
    if (span === null) return [];
    return [skewMs > 0 ? telemetry.clockAhead(span) : telemetry.clockBehind(span)];
  });
  return skews.length === 0 ? null : telemetry.corrected(skews);
}
