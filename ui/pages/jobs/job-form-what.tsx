import { type ArgumentField, argumentFields } from "../../../protocol/jobs/argument-fields.ts";
import type { JobFormWords } from "../../words/english/job-form.ts";
import { useWords } from "../../words/use-words.ts";
import { LongText, type Of, Part, Pick, Text } from "./job-form-fields.tsx";
import type { JobFormProps } from "./job-form-page.tsx";

/** What is to be done: the arguments of its kind, and what it is called. */
export function What(props: JobFormProps) {
  const { jobForm } = useWords();
  const choices = choicesOf(props, jobForm);
  const labels: Record<string, string> = jobForm.arguments[props.kind];
  return (
    <Part legend={jobForm.what}>
      {argumentFields(props.kind).map((field) => (
        <Argument
          key={field.name}
          of={props}
          field={field}
          label={labels[field.name] ?? field.name}
          {...(choices === null ? {} : { choices })}
        />
      ))}
      <Text {...props} name="name" label={jobForm.name} hint={jobForm.nameHint} maxLength={100} />
    </Part>
  );
}

type Choices = readonly (readonly [value: string, label: string])[];

/** What the argument of the kind can be; null where that is not known. */
function choicesOf({ kind, releases, firmware }: JobFormProps, words: JobFormWords): Choices | null {
  if (kind === "gateway.update") {
    const known = releases.map(({ version, sequence }) => [String(sequence), version] as const);
    return [["", words.newestRelease], ...known];
  }
  if (kind !== "firmware.transfer") return null;
  const called = ({ name, version, deviceType }: (typeof firmware)[number]) =>
    deviceType === null ? words.firmwareForAny(name, version) : `${name} ${version} · ${deviceType}`;
  const none = firmware.length === 0 ? words.noFirmware : words.chooseFirmware;
  return [["", none], ...firmware.map((one) => [one.id, called(one)] as const)];
}

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
