import * as v from "valibot";
import { attributesSchema } from "../../devices/attributes.ts";
import { deviceKeySchema } from "../../ids.ts";

/** What a device says about itself changed. Carries the whole set: attributes that are absent are gone. */
export const deviceAttributes = v.object({
  kind: v.literal("device.attributes"),
  device: deviceKeySchema,
  attributes: attributesSchema,
});
export type DeviceAttributes = v.InferOutput<typeof deviceAttributes>;
