import * as v from "valibot";
import { deviceKeySchema } from "../../ids.ts";

/** SHA-256 of a device's password, which is 192 random bits, hex. */
export const passwordHashSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in hex"));

/** A device of the machine whose place this gateway has taken: it connects with the password it has. One that is known stays. */
export const deviceRestore = v.object({
  kind: v.literal("device.restore"),
  device: deviceKeySchema,
  passwordHash: passwordHashSchema,
});
export type DeviceRestore = v.InferOutput<typeof deviceRestore>;
