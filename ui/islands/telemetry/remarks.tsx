import type { Series } from "../../../protocol/telemetry/series.ts";
import { correctionWords, qualityWords } from "../../words/series-words.ts";
import { useIslandWords } from "../../words/use-words.ts";

/** What a chart does not show as it was measured. */
export function Remarks({ series }: { series: Series }) {
  const words = useIslandWords();
  const remarks = [correctionWords(words, series.corrected), qualityWords(words, series)];
  const remark = remarks.filter((said) => said !== null).join(" ");
  return remark === "" ? null : <p class="faint">{remark}</p>;
}
