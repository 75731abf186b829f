import * as v from "valibot";
import type { Result } from "../errors.ts";
import { isJsonObject, parseJsonObject } from "../json.ts";
import { check } from "../validate.ts";

/** Any JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Lists and objects within each other, at most. A text of nothing but brackets must not exhaust the stack. */
export const CONFIG_MAX_DEPTH = 16;

const jsonSchema = v.custom<Json>(
  (input) => isJson(input, CONFIG_MAX_DEPTH),
  `must be JSON with finite numbers, at most ${CONFIG_MAX_DEPTH} levels deep`,
);

function isJson(input: unknown, levels: number): boolean {
  if (input === null || typeof input === "string" || typeof input === "boolean") return true;
  if (typeof input === "number") return Number.isFinite(input);
  if (typeof input !== "object" || levels === 0) return false;
  return Object.values(input).every((item) => isJson(item, levels - 1));
}

/** Settings of a device, by name: what is wanted of it, and what it reports back. Meaning is the device's own. */
export const configValuesSchema = v.pipe(
  // A record alone would take a list, with its indices as names.
  v.custom<Record<string, unknown>>(isJsonObject, "must be a JSON object"),
  v.record(v.pipe(v.string(), v.minLength(1), v.maxLength(64)), jsonSchema),
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
