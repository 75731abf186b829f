import { accept, type Result, refuse } from "../errors.ts";

/**
 * The life of one message to one address, as pure rules: `next` is the only way from state to state.
 *
 * ```
 *          ┌─retry─┐
 *          ▼       │
 *        queued ───┴─sent──▶ sent ──delivered──▶ delivered ──opened──▶ opened
 *          │ ▲                │ └───────opened───────────────────────────▲
 *          │ └────replay──────┼──────── failed, expired, dropped
 *          ├─fail───▶ failed ◀┤
 *          ├─expire─▶ expired ◀
 *          └─drop───▶ dropped      (by collapse, a withdrawal, or because nobody is there to get it)
 * ```
 *
 * A receipt counts for whatever was not delivered before: it may overtake the word of the platform that it took the
 * message, and come after the message was given up.
 */
export const DELIVERY_STATES = [
  "queued",
  "sent",
  "delivered",
  "opened",
  "failed",
  "expired",
  "dropped",
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export const DELIVERY_EVENTS = [
  "retry",
  "sent",
  "delivered",
  "opened",
  "fail",
  "expire",
  "drop",
  "replay",
] as const;
export type DeliveryEvent = (typeof DELIVERY_EVENTS)[number];

const RECEIVED = { delivered: "delivered", opened: "opened" } as const;

const TRANSITIONS: Record<DeliveryState, Partial<Record<DeliveryEvent, DeliveryState>>> = {
  queued: { retry: "queued", sent: "sent", fail: "failed", expire: "expired", drop: "dropped", ...RECEIVED },
  sent: { fail: "failed", expire: "expired", ...RECEIVED },
  delivered: { opened: "opened" },
  opened: {},
  failed: { replay: "queued", ...RECEIVED },
  expired: { replay: "queued", ...RECEIVED },
  dropped: { replay: "queued", ...RECEIVED },
};

/** The state after `event`. Code: `delivery.transition`. */
export function next(state: DeliveryState, event: DeliveryEvent): Result<DeliveryState> {
  const after = TRANSITIONS[state][event];
  if (after === undefined)
    return refuse("delivery.transition", `${event} means nothing to one that is ${state}`);
  return accept(after);
}

/** Whether nothing more is done about it by itself: a receipt or a replay may still come. */
export function isSettled(state: DeliveryState): boolean {
  return state !== "queued" && state !== "sent";
}
