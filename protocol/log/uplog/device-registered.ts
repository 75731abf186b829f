import * as v from "valibot";
import { deviceKeySchema } from "../../ids.ts";
import { passwordHashSchema } from "../downlog/device-restore.ts";

/** A device was given credentials at the gateway, or appeared there for the first time. */
export const deviceRegistered = v.object({
  kind: v.literal("device.registered"),
  device: deviceKeySchema,
  /** Simulated devices are never mixed with real ones in a report. */
  provenance: v.picklist(["real", "simulated"]),
  /** Kept for a machine that takes this one's place. Absent from older gateways. */
  passwordHash: v.optional(passwordHashSchema),
});
export type DeviceRegistered = v.InferOutput<typeof deviceRegistered>;
