import { accept, type Result, refuse } from "../errors.ts";

/**
 * What becomes of an execution: one job on one target. Both sides use this table. The gateway takes every step but the
 * first and says so; the cloud shows the state it was last told, and since when, and takes a step itself only where no
 * gateway can: it has not sent the execution yet, or the gateway will never speak of it again.
 *
 *                    ┌───────────────retry───────────────┐
 *                    ▼                                   │
 *     queued ─────▶ delivered ─────────start──────────▶ running ─────▶ succeeded ─────▶ verified
 *       │            │                                   │
 *       ├─ cancel ───┼─ cancel ──────────────────────────┼─ cancel ──▶ cancelled
 *       ├─ expire ───┼─ expire                           │           ▶ expired     not begun in time
 *       ├─ fail ─────┼─ fail ────────────────────────────┼─ fail ────▶ failed
 *       │            │                                   ├─ time-out ▶ timed-out
 *       └─ interrupt ┴─ interrupt ───────────────────────┴─ interrupt▶ interrupted what came of it is not known
 *
 * `queued`: the cloud wants it. `delivered`: the gateway has it, durably. `running`: the gateway has written down that it
 * begins, and then began; `retry` goes back to wait for the next attempt. Everything to the right has ended, and stays as it
 * is but for one step: `verified` says that what had succeeded was then seen to be so.
 */
export const JOB_STATES = [
  "queued",
  "delivered",
  "running",
  "succeeded",
  "verified",
  "failed",
  "timed-out",
  "cancelled",
  "expired",
  "interrupted",
] as const;
export type JobState = (typeof JOB_STATES)[number];

export const JOB_EVENTS = [
  "deliver",
  "start",
  "retry",
  "succeed",
  "verify",
  "fail",
  "time-out",
  "cancel",
  "expire",
  "interrupt",
] as const;
export type JobEvent = (typeof JOB_EVENTS)[number];

const TRANSITIONS: Record<JobState, Partial<Record<JobEvent, JobState>>> = {
  queued: {
    deliver: "delivered",
    fail: "failed",
    cancel: "cancelled",
    expire: "expired",
    interrupt: "interrupted",
  },
  delivered: {
    start: "running",
    fail: "failed",
    cancel: "cancelled",
    expire: "expired",
    interrupt: "interrupted",
  },
  running: {
    retry: "delivered",
    succeed: "succeeded",
    fail: "failed",
    "time-out": "timed-out",
    cancel: "cancelled",
    interrupt: "interrupted",
  },
  succeeded: { verify: "verified" },
  verified: {},
  failed: {},
  "timed-out": {},
  cancelled: {},
  expired: {},
  interrupted: {},
};

/** The state after an event. Code: `job.wrong-state` when it cannot happen in this one. */
export function next(state: JobState, event: JobEvent): Result<JobState> {
  const to = TRANSITIONS[state][event];
  return to === undefined
    ? refuse("job.wrong-state", `${event} cannot happen to what is ${state}`)
    : accept(to);
}

/** Nothing more happens to it, but that what succeeded may be verified. */
export function hasEnded(state: JobState): boolean {
  return state !== "queued" && state !== "delivered" && state !== "running";
}

/** It ended as it was meant to. */
export function isSuccess(state: JobState): boolean {
  return state === "succeeded" || state === "verified";
}

/** It ended otherwise, and nobody had asked for that: what a rollout counts, and what can be tried again. */
export function isFailure(state: JobState): boolean {
  return hasEnded(state) && !isSuccess(state) && state !== "cancelled";
}

/**
 * Whether a gateway's word that it is in `to` can be true of what was last heard to be in `from`. Steps in between may
 * have been lost, when this side came back from a backup; a step back cannot be, nor one out of an end.
 */
export function canFollow(from: JobState, to: JobState): boolean {
  return FOLLOWING.get(from)!.has(to);
}

const FOLLOWING = new Map(JOB_STATES.map((state) => [state, reachable(state)]));

function reachable(from: JobState): Set<JobState> {
  const found = new Set<JobState>();
  const open = [from];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    for (const to of Object.values(TRANSITIONS[state])) {
      if (found.has(to)) continue;
      found.add(to);
      open.push(to);
    }
  }
  return found;
}
