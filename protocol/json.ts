import { accept, type Result, refuse } from "./errors.ts";

/** Reads JSON text from a device. Code: `payload.not-json`, with the parser's reason. */
export function parseJson(text: string): Result<unknown> {
  try {
    return accept(JSON.parse(text));
  } catch (error) {
    return refuse("payload.not-json", error instanceof Error ? error.message : "not JSON");
  }
}

/** Reads JSON text that must be an object, and not an array or null. Codes: `payload.not-json`, `payload.invalid`. */
export function parseJsonObject(text: string): Result<Record<string, unknown>> {
  const parsed = parseJson(text);
  if (!parsed.ok) return parsed;
  return isJsonObject(parsed.value)
    ? accept(parsed.value)
    : refuse("payload.invalid", "must be a JSON object, such as {}");
}

export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Equal as JSON, whatever the order of the fields. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return a === b;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  );
}
