import { skewParts } from "../../protocol/gateways/clock-skew.ts";
import type { BrowserWords } from "./catalogues.ts";

/** By how much a clock is off, in its two largest units: `2 h 3 min`; null while it is right or not measured. */
export function clockSpan({ times }: BrowserWords, skewMs: number | null): string | null {
  const parts = skewParts(skewMs);
  return parts === null
    ? null
    : parts
        .map(({ unit, amount }) => (unit === "day" ? times.days(amount) : times.spans[unit](amount)))
        .join(" ");
}

/** `Clock 2 h 3 min behind`, or null while it is right or not measured. */
export function skewWords(words: BrowserWords, skewMs: number | null): string | null {
  const span = clockSpan(words, skewMs);
  if (span === null) return null;
  return (skewMs ?? 0) > 0 ? words.times.ahead(span) : words.times.behind(span);
}
