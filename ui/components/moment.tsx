import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { useIslandWords } from "../words/use-words.ts";
import { absoluteTime, clockTime, relativeTime } from "../words/words.ts";

/** The moment a page is rendered at, ms since 1970. On the server that of the request; in the browser its own. */
export const Now = createContext(0);

/**
 * A time relative to now with the absolute one on hover. `data-ago` lets the browser keep it true while the page is
 * open, and rewrite the title in the reader's own zone.
 */
export function Ago({ at }: { at: string | number }) {
  const words = useIslandWords();
  const nowMs = useContext(Now);
  const atMs = typeof at === "number" ? at : Date.parse(at);
  const iso = new Date(atMs).toISOString();
  return (
    <time dateTime={iso} title={absoluteTime(words, atMs, "UTC")} data-ago="">
      {relativeTime(words, atMs, nowMs)}
    </time>
  );
}

/** What the clock on the wall says in a time zone. `data-zone` lets the browser keep it going. */
export function LocalTime({ timeZone }: { timeZone: string }) {
  return <time data-zone={timeZone}>{clockTime(useIslandWords(), useContext(Now), timeZone)}</time>;
}
