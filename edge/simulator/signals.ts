import type { Random } from "../../protocol/random.ts";

/** Normally distributed with mean 0 and deviation 1 (Box and Muller 1958). */
export function gaussian(random: Random): number {
  const u = Math.max(random.next(), Number.EPSILON);
  return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * random.next());
}

/** Evenly between two bounds: what makes two devices of one kind differ. */
export function between(low: number, high: number, random: Random): number {
  return low + (high - low) * random.next();
}

/** Moves `from` towards `target`, as heat does: a share of the difference that grows with the time passed. */
export function relax(from: number, target: number, elapsedMs: number, timeConstantMs: number): number {
  return target + (from - target) * Math.exp(-elapsedMs / timeConstantMs);
}

/**
 * What wanders about zero and is drawn back to it, as the zero of a sensor does (Ornstein and Uhlenbeck 1930): with the
 * given deviation in the long run, and remembered for about the time constant. Exact for steps of any length.
 */
export function drift(
  from: number,
  elapsedMs: number,
  { timeConstantMs, deviation }: { timeConstantMs: number; deviation: number },
  random: Random,
): number {
  const kept = Math.exp(-elapsedMs / timeConstantMs);
  return from * kept + deviation * Math.sqrt(1 - kept * kept) * gaussian(random);
}

/** Whether something that happens `perHour` times an hour happened in the time that passed. */
export function happens(perHour: number, elapsedMs: number, random: Random): boolean {
  return random.next() < 1 - Math.exp((-perHour * elapsedMs) / 3_600_000);
}

/** How often it happened: Poisson, by Knuth's method; from a mean on where that is slow, its normal approximation. */
export function count(perHour: number, elapsedMs: number, random: Random): number {
  const mean = (perHour * elapsedMs) / 3_600_000;
  if (mean > 100) return Math.max(0, Math.round(mean + Math.sqrt(mean) * gaussian(random)));
  const limit = Math.exp(-mean);
  let product = random.next();
  let times = 0;
  while (product > limit) {
    product *= random.next();
    times += 1;
  }
  return times;
}

/** As an instrument with so many decimals shows it. */
export function round(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
