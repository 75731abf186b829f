import * as v from "valibot";
import { deviceConfigSchema } from "../../config/device-config.ts";
import { deviceKeySchema } from "../../ids.ts";

/** The configuration a device says it runs with. */
export const configReported = v.object({
  kind: v.literal("config.reported"),
  device: deviceKeySchema,
  ...deviceConfigSchema.entries,
});
export type ConfigReported = v.InferOutput<typeof configReported>;
