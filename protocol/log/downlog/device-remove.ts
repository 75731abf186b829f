import * as v from "valibot";
import { deviceKeySchema } from "../../ids.ts";

/**
 * A device was deleted for good: its credential ends, and what the gateway keeps of it. The gateway answers
 * `device.removed`, also when it knew no such device; what it says of the key after that is of another one.
 */
export const deviceRemove = v.object({ kind: v.literal("device.remove"), device: deviceKeySchema });
export type DeviceRemove = v.InferOutput<typeof deviceRemove>;
