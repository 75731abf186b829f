import { toTimestamp } from "../../protocol/api/list.ts";
import type { ClockCorrection } from "../../protocol/telemetry/series.ts";
import { MINUTE } from "../../protocol/units.ts";

/** What an answer says about the times it has corrected: skews of about a minute's difference are one. */
export class Corrections {
  readonly #found = new Map<number, { skewMs: number; fromMs: number; toMs: number }>();

  /** Readings of this stretch, by corrected times, were ahead by `skewMs`. */
  note(skewMs: number, fromMs: number, toMs: number): void {
    if (skewMs === 0) return;
    const key = Math.round(skewMs / MINUTE);
    const known = this.#found.get(key);
    if (known === undefined) this.#found.set(key, { skewMs, fromMs, toMs });
    else {
      known.fromMs = Math.min(known.fromMs, fromMs);
      known.toMs = Math.max(known.toMs, toMs);
    }
  }

  /** As far as they lie in the span that was asked for, the earliest first. */
  within(fromMs: number, toMs: number): ClockCorrection[] {
    return [...this.#found.values()]
      .sort((a, b) => a.fromMs - b.fromMs)
      .map((found) => ({
        skewMs: found.skewMs,
        from: toTimestamp(Math.max(fromMs, found.fromMs)),
        to: toTimestamp(Math.min(toMs, found.toMs)),
      }));
  }
}
