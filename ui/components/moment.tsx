import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { BrowserWords } from "../words/catalogues.ts";
import { useIslandWords } from "../words/use-words.ts";
import { absoluteTime, bothTimes, clockTime, relativeTime } from "../words/words.ts";

/** The moment a page is rendered at, ms since 1970. On the server that of the request; in the browser its own. */
export const Now = createContext(0);

/** The reader's time zone; null while nobody has told it: their browser does, with the next request. */
export const ReaderZone = createContext<string | null>(null);

/**
 * A time relative to now with the absolute one on hover. `data-ago` lets the browser keep it true while the page is
 * open, and rewrite the title in the reader's own zone.
 */
export function Ago({ at }: { at: string | number }) {
  return <Kept at={at} as="" />;
}

/** How long something has been so, as it stands after "for": `3 min`. Kept true as {@link Ago} is. */
export function Lasting({ since }: { since: string }) {
  return <Kept at={since} as="lasting" />;
}

function Kept({ at, as }: { at: string | number; as: "" | "lasting" }) {
  const words = useIslandWords();
  const nowMs = useContext(Now);
  const zone = useContext(ReaderZone);
  const atMs = typeof at === "number" ? at : Date.parse(at);
  const iso = new Date(atMs).toISOString();
  return (
    <time dateTime={iso} title={absoluteTime(words, atMs, zone ?? "UTC")} data-ago={as}>
      {relativeTime(words, atMs, nowMs, as)}
    </time>
  );
}

/** What the clock on the wall says in a time zone. `data-zone` lets the browser keep it going. */
export function LocalTime({ timeZone }: { timeZone: string }) {
  return <time data-zone={timeZone}>{clockTime(useIslandWords(), useContext(Now), timeZone)}</time>;
}

/**
 * A moment on the reader's clock beside that of a site, and nothing where both say the same: for what stands after a
 * relative time. `data-there` lets the browser fill it in when the server did not know the reader's zone.
 */
export function BothTimes({ at, timeZone }: { at: string; timeZone: string | null }) {
  const yours = useContext(ReaderZone);
  const words = useIslandWords();
  if (timeZone === null) return null;
  const atMs = Date.parse(at);
  return (
    <time class="both-times" dateTime={new Date(atMs).toISOString()} data-there={timeZone}>
      {yours === null
        ? words.times.there(clockTime(words, atMs, timeZone))
        : told(words, atMs, yours, timeZone)}
    </time>
  );
}

function told(words: BrowserWords, atMs: number, yours: string, there: string): string {
  const both = bothTimes(words, atMs, yours, there);
  return both === null ? "" : words.times.both(both.yours, both.there);
}

/** What the reader's own clock says now, beside a {@link LocalTime} of another zone; nothing where both say the same. */
export function YourTime({ timeZone }: { timeZone: string }) {
  const yours = useContext(ReaderZone);
  const nowMs = useContext(Now);
  const words = useIslandWords();
  const both = yours === null ? null : bothTimes(words, nowMs, yours, timeZone);
  return (
    <time class="both-times" data-here={timeZone}>
      {both === null ? "" : words.times.here(both.yours)}
    </time>
  );
}
