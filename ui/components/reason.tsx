import { useContext } from "preact/hooks";
import { tellReason } from "../words/known-reasons.ts";
import { useWords } from "../words/use-words.ts";
import { absoluteTime, capital } from "../words/words.ts";
import { ReaderZone } from "./moment.tsx";

/**
 * Why something did not work: what our programs say in the reader's language, what a device or a platform says as a quotation.
 * `by` says whose words they are where the reason begins with them.
 */
export function Reason({ of, by }: { of: string; by?: "platform" }) {
  const words = useWords();
  const zone = useContext(ReaderZone) ?? "UTC";
  const { ours, theirs } = tellReason(words, of, (iso) => absoluteTime(words, Date.parse(iso), zone));
  const before = ours === "" && by === "platform" ? words.reasons.platformSaid : capital(ours);
  return (
    <>
      {before}
      {theirs === "" ? null : <q title={words.reasons.inTheirWords}>{theirs}</q>}
    </>
  );
}
