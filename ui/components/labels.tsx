import type { FieldError } from "../../protocol/errors.ts";
import { describedBy, errorOf, Field, TextField } from "./field.tsx";

/** Tags, each a way to everything else that has it. */
export function Tags({ tags, list }: { tags: readonly string[]; list: "/sites" | "/devices" }) {
  if (tags.length === 0) return null;
  return (
    <span class="tags">
      {tags.map((tag) => (
        <a
          key={tag}
          class="tag above"
          href={`${list}?tag=${encodeURIComponent(tag)}`}
          aria-label={`${tag}: all ${list.slice(1)} with this tag`}
        >
          {tag}
        </a>
      ))}
    </span>
  );
}

export interface LabelTexts {
  tags: string;
  customAttributes: string;
}

/** The fields for what people say of a site or device beyond what HOMEPOT knows of it. */
export function LabelFields({ values, errors }: { values: LabelTexts; errors: readonly FieldError[] }) {
  const attributes = {
    name: "customAttributes",
    label: "Attributes",
    hint: "What you want to remember, one on each line, as in “Asset number: A-17”.",
    error: errorOf(errors, "customAttributes"),
  };
  return (
    <>
      <TextField
        name="tags"
        label="Tags"
        hint="To filter by, with spaces between them: bar floor:2 pilot"
        value={values.tags}
        error={errorOf(errors, "tags")}
        autocomplete="off"
      />
      <Field {...attributes}>
        <textarea
          class="textarea"
          id="customAttributes"
          name="customAttributes"
          rows={3}
          {...describedBy(attributes)}
        >
          {values.customAttributes}
        </textarea>
      </Field>
    </>
  );
}
