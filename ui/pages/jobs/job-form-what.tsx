import { type ArgumentField, argumentFields } from "../../../protocol/jobs/argument-fields.ts";
import { useWords } from "../../words/use-words.ts";
import { LongText, type Of, Part, Text } from "./job-form-fields.tsx";
import type { JobFormProps } from "./job-form-page.tsx";

/** What is to be done: the arguments of its kind, and what it is called. */
export function What(props: JobFormProps) {
  const { jobForm } = useWords();
  const labels: Record<string, string> = jobForm.arguments[props.kind];
  return (
    <Part legend={jobForm.what}>
      {argumentFields(props.kind).map((field) => (
        <Argument key={field.name} of={props} field={field} label={labels[field.name] ?? field.name} />
      ))}
      <Text {...props} name="name" label={jobForm.name} hint={jobForm.nameHint} maxLength={100} />
    </Part>
  );
}

function Argument({ of, field, label }: { of: Of; field: ArgumentField; label: string }) {
  const { jobForm } = useWords();
  const { control, fallback, maxLength } = field;
  const about = { values: of.values, errors: of.errors, name: `arguments.${field.name}`, label };
  if (control === "json" || control === "lines") return <LongText {...about} />;
  return (
    <Text
      {...about}
      decimal={control === "number"}
      {...(fallback === undefined ? {} : { hint: jobForm.fallback(fallback) })}
      {...(maxLength === undefined ? {} : { maxLength })}
    />
  );
}
