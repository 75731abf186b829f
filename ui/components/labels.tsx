import type { FieldError } from "../../protocol/errors.ts";
import { useWords } from "../words/use-words.ts";
import { describedBy, errorOf, Field, TextField } from "./field.tsx";

/** Tags, each a way to everything else that has it. */
export function Tags({ tags, list }: { tags: readonly string[]; list: "/sites" | "/devices" }) {
  const { sites } = useWords();
  if (tags.length === 0) return null;
  return (
    <span class="tags">
      {tags.map((tag) => (
        <a
          key={tag}
          class="tag above"
          href={`${list}?tag=${encodeURIComponent(tag)}`}
          aria-label={sites.tagLink[list](tag)}
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
  const { sites } = useWords();
  const attributes = {
    name: "customAttributes",
    label: sites.fields.customAttributes,
    hint: sites.attributesHint,
    error: errorOf(errors, "customAttributes"),
  };
  return (
    <>
      <TextField
        name="tags"
        label={sites.fields.tags}
        hint={sites.tagsHint}
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
