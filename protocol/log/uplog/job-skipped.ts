import * as v from "valibot";
import { idSchema } from "../../ids.ts";
import { timeMsSchema } from "../../telemetry/reading.ts";

/** What a schedule left out, by its policies: came due while the gateway was down, or while the run before had not ended. */
export const jobSkipped = v.object({
  kind: v.literal("job.skipped"),
  job: idSchema,
  /** The first slot left out, and of how many that followed one another; missed ones are counted up to 1,000. */
  slotMs: timeMsSchema,
  count: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  why: v.picklist(["missed", "overlap"]),
  atMs: timeMsSchema,
});
export type JobSkipped = v.InferOutput<typeof jobSkipped>;
