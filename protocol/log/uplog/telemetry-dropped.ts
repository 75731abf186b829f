import * as v from "valibot";
import { deviceKeySchema } from "../../ids.ts";
import { timeMsSchema } from "../../telemetry/reading.ts";

/**
 * The gateway's disk budget was used up, and so many readings of a device were dropped before the cloud had them, all
 * within `fromMs` and `toMs`. Each dropped reading is told once.
 */
export const telemetryDropped = v.object({
  kind: v.literal("telemetry.dropped"),
  device: deviceKeySchema,
  readings: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  fromMs: timeMsSchema,
  toMs: timeMsSchema,
});
export type TelemetryDropped = v.InferOutput<typeof telemetryDropped>;
