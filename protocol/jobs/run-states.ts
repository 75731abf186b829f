import { accept, type Result, refuse } from "../errors.ts";

/**
 * A run's own states. `stopped`: by its failures; a person may have it go on. What was released goes on in every state but
 * `cancelled`.
 *
 *     running ⇄ paused
 *        ⇅        │
 *     stopped     ├──▶ cancelled (from any of the three)
 *        └────────┴──▶ finished  (all have ended)
 */
export const RUN_STATES = ["running", "paused", "stopped", "finished", "cancelled"] as const;
export type RunState = (typeof RUN_STATES)[number];
export const RUN_EVENTS = ["pause", "resume", "stop", "finish", "cancel", "again"] as const;
export type RunEvent = (typeof RUN_EVENTS)[number];

const RUN_TRANSITIONS: Record<RunState, Partial<Record<RunEvent, RunState>>> = {
  running: { pause: "paused", stop: "stopped", finish: "finished", cancel: "cancelled" },
  paused: { resume: "running", finish: "finished", cancel: "cancelled" },
  stopped: { resume: "running", finish: "finished", cancel: "cancelled" },
  // `again`: those that failed are tried once more.
  finished: { again: "running" },
  cancelled: {},
};

/** The state after an event. Code: `job.wrong-state`. */
export function nextRunState(state: RunState, event: RunEvent): Result<RunState> {
  const to = RUN_TRANSITIONS[state][event];
  return to === undefined ? refuse("job.wrong-state", `a run that is ${state} cannot ${event}`) : accept(to);
}

/** Of a job: `scheduled` when something is still to come due and nothing is being run, else the state of its newest run. */
export const JOB_STATUSES = ["scheduled", ...RUN_STATES] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];
