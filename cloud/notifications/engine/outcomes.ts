import { type BackoffPolicy, backoffDelayMs } from "../../../protocol/backoff.ts";
import type { Outcome } from "../../../protocol/notifications/outcome.ts";
import type { Random } from "../../../protocol/random.ts";
import { MINUTE, SECOND } from "../../../protocol/units.ts";
import type { Change, LedgerRow } from "./ledger.ts";
import type { DeliveryRow } from "./spec.ts";

/** From what a platform said to what becomes of the delivery. */

export const DELIVERY_BACKOFF: BackoffPolicy = { firstMs: 4 * SECOND, maxMs: 15 * MINUTE };
/** Some four hours of trying; what is of no use before ends before. */
export const ATTEMPTS_MAX = 24;

export function changeOf(
  row: LedgerRow & Pick<DeliveryRow, "expires_ms">,
  outcome: Outcome,
  nowMs: number,
  random: Random,
): Change {
  const { id } = row;
  switch (outcome.outcome) {
    case "sent":
      return { id, row, event: "sent", detail: outcome.platformId };
    case "gone":
      return { id, event: "fail", detail: `gone: ${outcome.reason}` };
    case "refused":
      return { id, event: "fail", detail: outcome.reason };
    case "retryable":
    case "throttled": {
      if (row.attempts + 1 >= ATTEMPTS_MAX)
        return { id, event: "fail", detail: `given up after ${ATTEMPTS_MAX} attempts: ${outcome.reason}` };
      const jitterMs = backoffDelayMs(DELIVERY_BACKOFF, row.attempts, random);
      const delayMs =
        outcome.outcome === "throttled"
          ? outcome.retryAfterMs + Math.round(Math.min(jitterMs, outcome.retryAfterMs) / 10)
          : jitterMs;
      // When it is of no use any more it is looked at once more, and ended.
      return { id, event: "retry", detail: outcome.reason, dueMs: Math.min(nowMs + delayMs, row.expires_ms) };
    }
  }
}
