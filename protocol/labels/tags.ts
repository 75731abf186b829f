import * as v from "valibot";

/** Tags group sites and devices across the estate: `bar`, `floor:2`, `pilot`. A record has each tag once, in order. */

export const TAGS_MAX = 20;

export const tagSchema = v.pipe(
  v.string("must be a text"),
  v.trim(),
  v.toLowerCase(),
  v.regex(
    /^[\p{Ll}\p{Lo}\p{N}][\p{Ll}\p{Lo}\p{N}._:-]{0,39}$/u,
    "must be letters, digits and . _ : -, beginning with a letter or digit, 40 at most",
  ),
);

export const tagsSchema = v.pipe(
  v.array(tagSchema, "must be a list of tags"),
  v.maxLength(100),
  v.transform((tags): string[] => [...new Set(tags)].sort()),
  v.maxLength(TAGS_MAX, `must be at most ${TAGS_MAX} tags`),
);

/** Tags as a person types them, separated by commas, spaces or lines. */
export function splitTags(text: string): string[] {
  return text.split(/[\s,;]+/).filter((tag) => tag !== "");
}
