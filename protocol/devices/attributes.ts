import * as v from "valibot";
import type { Result } from "../errors.ts";
import { parseJsonObject } from "../json.ts";
import { check } from "../validate.ts";

/** The payload of `homepot/<device>/state`: what a device says about itself, retained at the broker. */

export const ATTRIBUTES_MAX = 64;

const attributeValueSchema = v.union(
  [v.pipe(v.number(), v.finite()), v.boolean(), v.pipe(v.string(), v.maxLength(1_024)), v.null()],
  "must be a finite number, a boolean, a text of at most 1,024 characters, or null",
);

/** Attributes by name. `model`, `firmware`, `serial`, `type`, `name` and `simulated` have a meaning to HOMEPOT. */
export const attributesSchema = v.pipe(
  v.record(
    v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
    attributeValueSchema,
    "must be a JSON object",
  ),
  v.check(
    (attributes) => Object.keys(attributes).length <= ATTRIBUTES_MAX,
    `has more than ${ATTRIBUTES_MAX} attributes`,
  ),
);
export type Attributes = v.InferOutput<typeof attributesSchema>;

/** Reads the JSON text of a state message. Codes: `payload.not-json`, `payload.invalid`. */
export function parseAttributes(text: string): Result<Attributes> {
  const input = parseJsonObject(text);
  return input.ok ? check(attributesSchema, input.value, "payload.invalid") : input;
}
