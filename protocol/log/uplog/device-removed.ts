import * as v from "valibot";
import { deviceKeySchema } from "../../ids.ts";

/** A device was removed at the gateway. Its history stays in the cloud; its lifecycle becomes `retired`. */
export const deviceRemoved = v.object({ kind: v.literal("device.removed"), device: deviceKeySchema });
export type DeviceRemoved = v.InferOutput<typeof deviceRemoved>;
