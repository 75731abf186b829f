import * as v from "valibot";
import { conductEntries } from "../../devices/conduct.ts";
import { deviceKeySchema } from "../../ids.ts";

/**
 * What the gateway notices of how a device behaves has changed. Carries the whole: what is absent is over. Told when it
 * changes, and of a device at most every minute, less and less often while it lasts.
 */
export const deviceConduct = v.object({
  kind: v.literal("device.conduct"),
  device: deviceKeySchema,
  ...conductEntries,
});
export type DeviceConduct = v.InferOutput<typeof deviceConduct>;
