import type { Random } from "./random.ts";
import { MINUTE, SECOND } from "./units.ts";

/** The one retry policy: exponential with full jitter, so that a fleet cut off together does not return together. */
export interface BackoffPolicy {
  /** Upper bound of the first delay, ms. */
  firstMs: number;
  /** Upper bound of every delay, ms. */
  maxMs: number;
}

export const RECONNECT_BACKOFF: BackoffPolicy = { firstMs: SECOND, maxMs: MINUTE };

/**
 * The delay in ms before attempt number `attempt` (0 is the first retry): uniform in [half, whole] of the
 * exponential bound. At least half of it, because an immediate retry helps nobody.
 */
export function backoffDelayMs(policy: BackoffPolicy, attempt: number, random: Random): number {
  const bound = Math.min(policy.maxMs, policy.firstMs * 2 ** Math.min(attempt, 30));
  return Math.round(bound / 2 + (random.next() * bound) / 2);
}
