import * as v from "valibot";

/**
 * What people note about a site or a device beyond what HOMEPOT knows: an asset number, a contract, a shelf. Texts by
 * name. Apart from what a device says about itself, which people cannot change.
 */

export const CUSTOM_ATTRIBUTES_MAX = 32;

const nameSchema = v.pipe(
  v.string(),
  v.regex(
    /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u,
    "an attribute's name must be letters, digits, spaces and . _ -, 64 at most",
  ),
);
const valueSchema = v.pipe(
  v.string("must be a text"),
  v.trim(),
  v.minLength(1, "must not be empty; leave the attribute out instead"),
  v.maxLength(256, "must have at most 256 characters"),
);

export const customAttributesSchema = v.pipe(
  v.record(nameSchema, valueSchema, "must be texts by name"),
  v.check(
    (attributes) => Object.keys(attributes).length <= CUSTOM_ATTRIBUTES_MAX,
    `must be at most ${CUSTOM_ATTRIBUTES_MAX} attributes`,
  ),
  v.transform(
    (attributes): Record<string, string> =>
      Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))),
  ),
);
export type CustomAttributes = v.InferOutput<typeof customAttributesSchema>;
