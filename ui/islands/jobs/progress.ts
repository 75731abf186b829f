import type { JobState } from "../../../protocol/jobs/job-machine.ts";
import type { JobProgress } from "../../live/live.ts";

/** What was heard of a run since its page came. */
export interface Heard {
  counts: Record<string, number> | null;
  total: number | null;
  executions: ReadonlyMap<string, { state: JobState; percent: number | null }>;
}

export const nothingHeard: Heard = { counts: null, total: null, executions: new Map() };

/** With one more event: its counts are of the whole run, its executions only those that changed. */
export function fill(before: Heard, event: JobProgress): Heard {
  const executions = new Map(before.executions);
  for (const { id, state, percent } of event.executions) executions.set(id, { state, percent });
  return { counts: event.counts, total: event.total, executions };
}
