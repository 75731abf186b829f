import type { Series } from "../../protocol/telemetry/series.ts";
import { counted } from "./numbers.ts";

/** What a chart has to say about what it does not show; null when it shows everything as it was measured. */
export function qualityWords({ quality, thinned }: Pick<Series, "quality" | "thinned">): string | null {
  const said: string[] = [];
  const { droppedReadings = 0, missingReadings = 0, damagedChunks = 0 } = quality ?? {};
  if (droppedReadings > 0) {
    said.push(
      `The gateway dropped ${counted(droppedReadings, "reading")} of about this time: its disk budget was used up.`,
    );
  }
  if (damagedChunks > 0) {
    said.push(`Up to ${counted(missingReadings, "reading")} cannot be shown: their bytes are damaged.`);
  }
  if (thinned) said.push("Older parts are kept as rows with count, least, greatest and mean.");
  return said.length === 0 ? null : said.join(" ");
}
