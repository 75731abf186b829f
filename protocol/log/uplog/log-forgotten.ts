import * as v from "valibot";
import { deviceKeySchema } from "../../ids.ts";
import { UPLOG_STREAMS } from "../cursor.ts";

/** Devices named in one entry; a site has fewer. */
export const LISTED_MAX = 10_000;

/**
 * The cloud named an older cursor than before, because it was restored from a backup, and the gateway no longer has all
 * that follows it: entries after `after` and before `before` of this lane are gone. Seqs may be left out in between, so
 * that is at most how many.
 */
export const logForgotten = v.object({
  kind: v.literal("log.forgotten"),
  stream: v.picklist(UPLOG_STREAMS),
  after: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  before: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  /**
   * Of the urgent lane: all devices that there are. What is known of each follows as entries; others were removed
   * meanwhile. Absent where that is not said.
   */
  devices: v.optional(v.pipe(v.array(deviceKeySchema), v.maxLength(LISTED_MAX))),
});
export type LogForgotten = v.InferOutput<typeof logForgotten>;
