import * as v from "valibot";
import { customAttributesSchema } from "./custom-attributes.ts";
import { splitTags, tagsSchema } from "./tags.ts";

/** Labels as a person types them into a form, and the way back. */

/** `bar pilot`, also with commas. */
export const tagsTextSchema = v.pipe(v.string(), v.transform(splitTags), tagsSchema);

/** One `name: value` on each line; empty lines say nothing. */
export const customAttributesTextSchema = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }): Record<string, string> => {
    const attributes: Record<string, string> = {};
    for (const [index, line] of dataset.value.split("\n").entries()) {
      if (line.trim() === "") continue;
      const [, name, value] = /^([^:]*):(.*)$/.exec(line.trim()) ?? [];
      if (name === undefined || value === undefined || value.trim() === "") {
        addIssue({ message: `line ${index + 1} must be a name, a colon and a value, as in “Shelf: 3”` });
        return NEVER;
      }
      if (name.trim() in attributes) {
        addIssue({ message: `line ${index + 1} names ${name.trim()} a second time` });
        return NEVER;
      }
      attributes[name.trim()] = value.trim();
    }
    return attributes;
  }),
  customAttributesSchema,
);

export function labelTexts(of: {
  tags: readonly string[];
  customAttributes: Readonly<Record<string, string>>;
}) {
  return {
    tags: of.tags.join(" "),
    customAttributes: Object.entries(of.customAttributes)
      .map(([name, value]) => `${name}: ${value}`)
      .join("\n"),
  };
}
