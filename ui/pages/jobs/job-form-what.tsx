import { type ArgumentField, argumentFields } from "../../../protocol/jobs/argument-fields.ts";
import { useWords } from "../../words/use-words.ts";
import { LongText, type Of, Part, Pick, Text } from "./job-form-fields.tsx";
import type { JobFormProps } from "./job-form-page.tsx";

/** What is to be done: the arguments of its kind, and what it is called. */
export function What(props: JobFormProps) {
  const { jobForm } = useWords();
  const releases: Choices = [
    ["", jobForm.newestRelease],
    ...props.releases.map(({ version, sequence }) => [String(sequence), version] as const),
  ];
  const labels: Record<string, string> = jobForm.arguments[props.kind];
  return (
    <Part legend={jobForm.what}>
      {argumentFields(props.kind).map((field) => (
        <Argument
          key={field.name}
          of={props}
          field={field}
          label={labels[field.name] ?? field.name}
          {...(props.kind === "gateway.update" ? { choices: releases } : {})}
        />
      ))}
      <Text {...props} name="name" label={jobForm.name} hint={jobForm.nameHint} maxLength={100} />
    </Part>
  );
}

type Choices = readonly (readonly [value: string, label: string])[];

/** `choices`: what it can be, where that is known. */
function Argument(props: { of: Of; field: ArgumentField; label: string; choices?: Choices }) {
  const { of, field, label, choices } = props;
  const { jobForm } = useWords();
  const { control, fallback, maxLength } = field;
  const about = { values: of.values, errors: of.errors, name: `arguments.${field.name}`, label };
  if (choices !== undefined) return <Pick {...about} choices={choices} />;
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
