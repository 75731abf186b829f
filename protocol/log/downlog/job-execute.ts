import * as v from "valibot";
import { deviceKeySchema, idSchema } from "../../ids.ts";
import { positionSchema, retriesSchema, timeoutMsSchema } from "../../jobs/job-terms.ts";
import { timeWindowSchema } from "../../jobs/time-window.ts";
import { isJsonObject } from "../../json.ts";
import { timeZoneSchema } from "../../sites/site.ts";
import { timeMsSchema } from "../../telemetry/reading.ts";

/** What a gateway is to do, whoever made it begin. */
export const jobWorkEntries = {
  job: idSchema,
  /** Of `protocol/jobs/job-kinds.ts`. One that the gateway does not know it fails, with that reason. */
  jobKind: v.pipe(v.string(), v.maxLength(64)),
  arguments: v.custom<Record<string, unknown>>(isJsonObject, "must be a JSON object"),
  /** Among all that waits at the gateway, lower first. */
  position: positionSchema,
  /** One attempt may take so long. */
  timeoutMs: timeoutMsSchema,
  retries: retriesSchema,
  /** Begins only within these hours of the day there. Absent: at any. */
  window: v.optional(v.object({ hours: timeWindowSchema, timeZone: timeZoneSchema })),
};

/**
 * An execution is wanted. The gateway answers with `job.state`, `delivered`, in the transaction that applies this. One that it
 * knows already it does not begin again, whatever became of it: it says `job.state` anew as it is. (A cloud that came back from a
 * backup asks once more.)
 */
export const jobExecute = v.object({
  kind: v.literal("job.execute"),
  execution: idSchema,
  ...jobWorkEntries,
  /** On this device; absent: on the gateway itself. */
  device: v.optional(deviceKeySchema),
  /** When the run was due: with `job` it names the run. */
  slotMs: timeMsSchema,
  /** Not begun by then, it is expired. */
  expiresMs: timeMsSchema,
});
export type JobExecute = v.InferOutput<typeof jobExecute>;
