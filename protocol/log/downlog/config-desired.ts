import * as v from "valibot";
import { deviceConfigSchema } from "../../config/device-config.ts";
import { deviceKeySchema } from "../../ids.ts";

/** The configuration wanted of a device. Of several, the one with the highest version counts. */
export const configDesired = v.object({
  kind: v.literal("config.desired"),
  device: deviceKeySchema,
  ...deviceConfigSchema.entries,
});
export type ConfigDesired = v.InferOutput<typeof configDesired>;
