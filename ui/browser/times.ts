import { zoneOf } from "../layout/zone.ts";
import type { BrowserWords } from "../words/catalogues.ts";
import { absoluteTime, bothTimes, clockTime, relativeTime } from "../words/words.ts";

const EVERY_MS = 5_000;
const YEAR_SECONDS = 365 * 24 * 60 * 60;

/**
 * Keeps relative times true while a page is open, and gives the absolute ones in the reader's own zone, of which the
 * server learns.
 */
export function enhanceTimes(nowMs: () => number, words: BrowserWords, zone = ownZone()): void {
  tellServer(zone);
  const refresh = () => {
    for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-ago]")) {
      const atMs = Date.parse(time.dateTime);
      const text = relativeTime(words, atMs, nowMs(), time.dataset.ago as "" | "lasting");
      const shown = time.firstChild;
      // The text node itself, so that whoever rendered it still finds it in its place.
      if (shown instanceof Text && time.childNodes.length === 1) {
        if (shown.data !== text) shown.data = text;
      } else time.textContent = text;
      time.title = absoluteTime(words, atMs, zone);
    }
    for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-zone]")) {
      time.textContent = clockTime(words, nowMs(), time.dataset.zone);
    }
    for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-there], time[data-here]")) {
      const { there, here } = time.dataset;
      const atMs = there === undefined ? nowMs() : Date.parse(time.dateTime);
      const both = bothTimes(words, atMs, zone, there ?? here ?? "UTC");
      const { times } = words;
      const text =
        both === null
          ? ""
          : there === undefined
            ? times.here(both.yours)
            : times.both(both.yours, both.there);
      if (time.textContent !== text) time.textContent = text;
    }
  };
  refresh();
  setInterval(refresh, EVERY_MS);
  for (const change of ["htmx:after:swap", "homepot:part"]) document.addEventListener(change, refresh);
}

const ownZone = () => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The next page then comes with its times as they are to be read. */
function tellServer(zone: string): void {
  if (zoneOf(document.cookie) === zone) return;
  // biome-ignore lint/suspicious/noDocumentCookie: the cookie store is not in every browser we support.
  document.cookie = `zone=${zone}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
}
