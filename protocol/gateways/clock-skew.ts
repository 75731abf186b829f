import { DAY, HOUR, MINUTE, SECOND } from "../units.ts";

/** A clock that is off by so much is told to people, and what it stamped is shown at corrected times. */
export const SKEW_CORRECTED_MS = 30 * SECOND;
/** Two skews that differ by less are the same one: clocks drift by some seconds a day, and are measured to milliseconds. */
export const SKEW_SAME_MS = SECOND;
/** Measurements whose median counts. */
const SAMPLES = 5;

const UNITS = [
  { unit: "day", sign: "d", ms: DAY },
  { unit: "hour", sign: "h", ms: HOUR },
  { unit: "minute", sign: "min", ms: MINUTE },
  { unit: "second", sign: "s", ms: SECOND },
] as const;

export interface SkewPart extends Pick<(typeof UNITS)[number], "unit" | "sign"> {
  amount: number;
}

/** By how much it is off in the two largest units; null when not by {@link SKEW_CORRECTED_MS}, or not measured. */
export function skewParts(skewMs: number | null | undefined): SkewPart[] | null {
  if (skewMs == null || Math.abs(skewMs) < SKEW_CORRECTED_MS) return null;
  let restMs = Math.abs(skewMs);
  const parts: SkewPart[] = [];
  for (const { unit, sign, ms } of UNITS) {
    const amount = Math.floor(restMs / ms);
    restMs -= amount * ms;
    if (amount > 0) parts.push({ unit, sign, amount });
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts;
}

/** `2 h 3 min behind`; null when it is not off by {@link SKEW_CORRECTED_MS}, or not measured. */
export function describeSkew(skewMs: number | null | undefined): string | null {
  const parts = skewParts(skewMs);
  if (parts === null) return null;
  const span = parts.map(({ amount, sign }) => `${amount} ${sign}`).join(" ");
  return `${span} ${(skewMs ?? 0) > 0 ? "ahead" : "behind"}`;
}

/** One question and its answer: what the other clock showed when it answered, and our own on both ends of the wait. */
export interface ClockSample {
  theirMs: number;
  /** Our wall clock when the answer came. */
  nowMs: number;
  /** From the question to the answer, by our monotonic clock. */
  roundTripMs: number;
}

/**
 * How far another clock is ahead of ours, negative when it is behind: half the round trip taken off, as NTP does it
 * (RFC 5905 section 8), and the median of the last few measurements, because one answer may have waited behind others.
 * An answer is wrong by half its round trip at most, so one that differs by more than that has seen the clock jump: what
 * was measured before then counts no more.
 */
export class SkewEstimate {
  #samples: number[] = [];

  /** In whole ms; null before the first measurement. */
  get skewMs(): number | null {
    const sorted = this.#samples.toSorted((a, b) => a - b);
    const upper = sorted[sorted.length >> 1];
    if (upper === undefined) return null;
    return Math.round((upper + sorted[(sorted.length - 1) >> 1]!) / 2);
  }

  get isSettled(): boolean {
    return this.#samples.length === SAMPLES;
  }

  add({ theirMs, nowMs, roundTripMs }: ClockSample): void {
    const sample = theirMs - (nowMs - roundTripMs / 2);
    const known = this.skewMs;
    if (known !== null && Math.abs(sample - known) > roundTripMs / 2 + SKEW_SAME_MS) this.#samples = [];
    this.#samples.push(sample);
    if (this.#samples.length > SAMPLES) this.#samples.shift();
  }

  /** The other clock says that it was set forward by so much. */
  jumped(byMs: number): void {
    this.#samples = this.#samples.map((sample) => sample + byMs);
  }
}
