import * as v from "valibot";
import { accept, type Result, refuse } from "../errors.ts";
import { isJsonObject, parseJson } from "../json.ts";
import { check } from "../validate.ts";

/** The payload of `homepot/<device>/telemetry`: what a device measured, and when. */

/** A measured value. Numbers are finite IEEE 754 doubles. */
export type Value = number | boolean | string;

/** One message's worth of measurements of one device. `atMs`: ms since 1970, an integer. */
export interface Reading {
  atMs: number;
  values: Record<string, Value>;
}

export const METRIC_NAME_MAX_LENGTH = 64;
export const METRICS_PER_READING_MAX = 256;
export const READINGS_PER_MESSAGE_MAX = 1_000;
export const TEXT_VALUE_MAX_LENGTH = 1_024;
/** 9999-12-31T23:59:59.999Z: the last time ISO 8601 writes with four digits. */
export const TIME_MAX_MS = 253_402_300_799_999;

export const timeMsSchema = v.pipe(
  v.number("must be a number"),
  v.integer("must be a whole number of milliseconds"),
  v.minValue(0, "must not be before 1970"),
  v.maxValue(TIME_MAX_MS, "must not be after the year 9999"),
);

const valueSchema = v.union(
  [
    v.pipe(v.number(), v.finite("must be a finite number")),
    v.boolean(),
    v.pipe(
      v.string(),
      v.maxLength(TEXT_VALUE_MAX_LENGTH, `must have at most ${TEXT_VALUE_MAX_LENGTH} characters`),
    ),
  ],
  (issue) =>
    typeof issue.input === "number"
      ? "must be a finite number"
      : "must be a finite number, a boolean or a short text",
);

const metricNameSchema = v.pipe(
  v.string(),
  v.minLength(1, "a metric needs a name"),
  v.maxLength(METRIC_NAME_MAX_LENGTH, `a metric's name has at most ${METRIC_NAME_MAX_LENGTH} characters`),
);

const messageSchema = v.pipe(
  v.record(metricNameSchema, valueSchema, "must be a JSON object of values by metric name"),
  v.check((message) => Object.keys(message).length <= METRICS_PER_READING_MAX, "has too many metrics"),
);

/**
 * Reads the JSON text of a telemetry message: an object or an array of objects. `ts` (ms since 1970) becomes the
 * reading's time; without it the reading takes `arrivedMs`. Refuses the whole message when one part is bad, so
 * that a device never has half a message stored. Codes: `payload.not-json`, `payload.invalid`.
 */
export function parseTelemetry(text: string, arrivedMs: number): Result<Reading[]> {
  const parsed = parseJson(text);
  if (!parsed.ok) return parsed;
  const input = parsed.value;
  const items = Array.isArray(input) ? input : [input];
  if (items.length === 0) return refuse("payload.invalid", "the array is empty");
  if (items.length > READINGS_PER_MESSAGE_MAX) {
    return refuse(
      "payload.invalid",
      `${items.length} readings; at most ${READINGS_PER_MESSAGE_MAX} a message`,
    );
  }
  const readings: Reading[] = [];
  for (const [index, item] of items.entries()) {
    const reading = parseReading(item, arrivedMs);
    if (!reading.ok) {
      return Array.isArray(input)
        ? refuse("payload.invalid", `reading ${index}: ${reading.refusal.detail}`, reading.refusal.errors)
        : reading;
    }
    readings.push(reading.value);
  }
  return accept(readings);
}

/** What {@link parseTelemetry} makes of JSON it has accepted once: for messages that were kept as they came. */
export function toReadings(accepted: unknown, arrivedMs: number): Reading[] {
  const items = Array.isArray(accepted) ? accepted : [accepted];
  return items.map((item: Record<string, Value>) => {
    if (item.ts === undefined) return { atMs: arrivedMs, values: item };
    const { ts, ...values } = item;
    return { atMs: Number(ts), values };
  });
}

function parseReading(item: unknown, arrivedMs: number): Result<Reading> {
  const plain = plainReading(item, arrivedMs);
  if (plain !== null) return accept(plain);
  if (!isJsonObject(item)) return refuse("payload.invalid", "must be a JSON object of values by metric name");
  const { ts, ...rest } = item;
  const values = check(messageSchema, rest, "payload.invalid");
  if (!values.ok) return values;
  if (Object.keys(values.value).length === 0) return refuse("payload.invalid", "the object has no metric");
  if (ts === undefined) return accept({ atMs: arrivedMs, values: values.value });
  const atMs = check(timeMsSchema, ts, "payload.invalid");
  if (!atMs.ok) {
    const message = atMs.refusal.errors?.[0]?.message ?? "is not a time";
    return refuse("payload.invalid", `ts: ${message}`, [{ path: "ts", message }]);
  }
  return accept({ atMs: atMs.value, values: values.value });
}

/**
 * The reading of a message that is as most are, found without the schema's machinery; null for everything else, good or
 * bad, of which the schema then says what is wrong with it.
 */
function plainReading(item: unknown, arrivedMs: number): Reading | null {
  if (!isJsonObject(item)) return null;
  const { ts } = item;
  if (ts !== undefined && !(Number.isInteger(ts) && (ts as number) >= 0 && (ts as number) <= TIME_MAX_MS))
    return null;
  let metrics = 0;
  for (const name in item) {
    const value = item[name];
    const plain =
      typeof value === "number"
        ? Number.isFinite(value)
        : typeof value === "boolean" || (typeof value === "string" && value.length <= TEXT_VALUE_MAX_LENGTH);
    if (!plain || name === "" || name.length > METRIC_NAME_MAX_LENGTH || name === "__proto__") return null;
    metrics += 1;
  }
  if (ts === undefined) {
    return metrics === 0 || metrics > METRICS_PER_READING_MAX
      ? null
      : { atMs: arrivedMs, values: item as Record<string, Value> };
  }
  if (metrics === 1 || metrics - 1 > METRICS_PER_READING_MAX) return null;
  const { ts: _, ...values } = item;
  return { atMs: ts as number, values: values as Record<string, Value> };
}
