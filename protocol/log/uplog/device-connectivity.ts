import * as v from "valibot";
import { deviceKeySchema } from "../../ids.ts";
import { timeMsSchema } from "../../telemetry/reading.ts";

/** A device was heard again, fell silent, or said good-bye. `sinceMs`: since when, by the gateway's clock. */
export const deviceConnectivity = v.object({
  kind: v.literal("device.connectivity"),
  device: deviceKeySchema,
  connectivity: v.picklist(["online", "late", "offline"]),
  sinceMs: timeMsSchema,
  /** Why, in words an operator can read: "said offline", "connection lost", "silent for 3 min". */
  reason: v.optional(v.pipe(v.string(), v.maxLength(200))),
});
export type DeviceConnectivity = v.InferOutput<typeof deviceConnectivity>;
