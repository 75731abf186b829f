import * as v from "valibot";
import type { Result } from "../errors.ts";
import { parseJsonObject } from "../json.ts";
import { check } from "../validate.ts";

/** Any JSON value, as a schema that a recursive document can use. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
const jsonSchema: v.GenericSchema<Json> = v.lazy(() =>
  v.union([
    v.string(),
    v.pipe(v.number(), v.finite()),
    v.boolean(),
    v.null(),
    v.array(jsonSchema),
    v.record(v.string(), jsonSchema),
  ]),
);

/** Settings of a device, by name: what is wanted of it, and what it reports back. Meaning is the device's own. */
export const configValuesSchema = v.record(
  v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  jsonSchema,
  "must be a JSON object",
);
export type ConfigValues = v.InferOutput<typeof configValuesSchema>;

/** A configuration with its version: 1 for the first one wanted, one more with every change. */
export const deviceConfigSchema = v.object({
  version: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  config: configValuesSchema,
});
export type DeviceConfig = v.InferOutput<typeof deviceConfigSchema>;

/** Reads the JSON text of a `config/reported` message. Codes: `payload.not-json`, `payload.invalid`. */
export function parseReportedConfig(text: string): Result<DeviceConfig> {
  const input = parseJsonObject(text);
  return input.ok ? check(deviceConfigSchema, input.value, "payload.invalid") : input;
}
