import * as v from "valibot";
import { timeMsSchema } from "../telemetry/reading.ts";

/** Lines that an execution writes. */

export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_LINE_MAX_LENGTH = 2_000;
/** Lines of one entry, at most; and their texts together no more than {@link LOG_ENTRY_MAX_LENGTH} characters. */
export const LOG_LINES_MAX = 100;
export const LOG_ENTRY_MAX_LENGTH = 65_536;
/** Of one execution a gateway keeps and sends so many, and says once that there were more. */
export const LOG_LINES_PER_EXECUTION = 5_000;

export const logLineSchema = v.object({
  atMs: timeMsSchema,
  level: v.picklist(LOG_LEVELS),
  message: v.pipe(v.string(), v.maxLength(LOG_LINE_MAX_LENGTH)),
});
export type LogLine = v.InferOutput<typeof logLineSchema>;
