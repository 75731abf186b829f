import type { BrowserWords } from "../words/catalogues.ts";
import { absoluteTime, clockTime, relativeTime } from "../words/words.ts";

const EVERY_MS = 5_000;

/** Keeps relative times true while a page is open, and gives the absolute ones in the reader's own zone. */
export function enhanceTimes(nowMs: () => number, words: BrowserWords): void {
  const refresh = () => {
    for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-ago]")) {
      const atMs = Date.parse(time.dateTime);
      const text = relativeTime(words, atMs, nowMs());
      const shown = time.firstChild;
      // The text node itself, so that whoever rendered it still finds it in its place.
      if (shown instanceof Text && time.childNodes.length === 1) {
        if (shown.data !== text) shown.data = text;
      } else time.textContent = text;
      time.title = absoluteTime(words, atMs);
    }
    for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-zone]")) {
      time.textContent = clockTime(words, nowMs(), time.dataset.zone);
    }
  };
  refresh();
  setInterval(refresh, EVERY_MS);
  for (const change of ["htmx:after:swap", "homepot:part"]) document.addEventListener(change, refresh);
}
