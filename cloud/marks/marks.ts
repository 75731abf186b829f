import { toTimestamp } from "../../protocol/api/list.ts";
import type { Clock } from "../../protocol/clock.ts";
import type { ConfigLevel } from "../../protocol/config/layers.ts";
import { MARKS_MAX, type Mark, type MarkQuery } from "../../protocol/devices/mark.ts";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import type { JobState } from "../../protocol/jobs/job-machine.ts";
import { DAY } from "../../protocol/units.ts";
import { mayDo, type Needs, type Scope } from "../accounts/scope.ts";
import type { CloudDatabase } from "../database/database.ts";
import { type ExecutionRow, findMarked, selectExecutions, selectVersions, type VersionRow } from "./store.ts";

export { markRoutes } from "./routes.ts";

/**
 * What was done to a device, for its charts: executions, and changes of the configuration that is wanted of it.
 *
 * Promises: read from what jobs and configuration keep anyway, so that nothing is written twice; who may not see jobs is
 * told of none. Never more than the newest {@link MARKS_MAX} of a span.
 */
export interface Marks {
  /** Newest first. Codes: `record.not-found`, `request.invalid`. */
  list(scope: Scope, deviceId: string, query: MarkQuery): Promise<Result<{ items: Mark[] }>>;
}

/** What people need to be allowed; of jobs they see what they may see anyway. */
export const MARKS_NEEDS: Needs<Marks> = { list: "device:read" };

const SPAN_MS = 7 * DAY;

export function createMarks({ db, clock }: { db: CloudDatabase; clock: Clock }): Marks {
  return {
    async list(scope, deviceId, query) {
      const toMs = query.to ?? clock.nowMs();
      const fromMs = query.from ?? Math.max(0, toMs - SPAN_MS);
      const message = "must not be after 'to'";
      if (fromMs > toMs) return refuse("request.invalid", `from: ${message}`, [{ path: "from", message }]);
      const device = await findMarked(db.read, scope.organizationId, deviceId);
      if (device === undefined) return refuse("record.not-found", `device ${deviceId}`);
      const span = { fromMs, toMs, limit: MARKS_MAX };
      const executions = mayDo(scope, "job:read") ? await selectExecutions(db.read, device, span) : [];
      const versions = await selectVersions(db.read, device, span);
      const items = [...executions.map(ofExecution), ...versions.map(ofVersion)];
      items.sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
      return accept({ items: items.slice(0, MARKS_MAX) });
    },
  };
}

function ofExecution({ id, job_id, name, state, since_ms }: ExecutionRow): Mark {
  return {
    at: toTimestamp(since_ms),
    job: { id: job_id, name, execution: id, state: state as JobState },
    layer: null,
  };
}

function ofVersion({ level, version, made_ms }: VersionRow): Mark {
  return { at: toTimestamp(made_ms), job: null, layer: { level: level as ConfigLevel, version } };
}
