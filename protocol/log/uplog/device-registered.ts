import * as v from "valibot";
import { deviceKeySchema } from "../../ids.ts";

/** A device was given credentials at the gateway, or appeared there for the first time. */
export const deviceRegistered = v.object({
  kind: v.literal("device.registered"),
  device: deviceKeySchema,
  /** Simulated devices are never mixed with real ones in a report. */
  provenance: v.picklist(["real", "simulated"]),
});
export type DeviceRegistered = v.InferOutput<typeof deviceRegistered>;
