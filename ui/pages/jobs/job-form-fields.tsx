import type { ComponentChildren } from "preact";
import { describedBy, errorOf, Field, FieldProblem, TextField } from "../../components/field.tsx";
import type { JobFormProps } from "./job-form-page.tsx";

/** The controls that the form for a job is made of: each knows its value and what is wrong with it by its name. */

export type Of = Pick<JobFormProps, "values" | "errors">;

export function Part({ legend, children }: { legend: string; children: ComponentChildren }) {
  return (
    <fieldset class="form-part">
      <legend>{legend}</legend>
      {children}
    </fieldset>
  );
}

interface About {
  name: string;
  label: string;
  hint?: string | undefined;
}

const aboutOf = ({ errors, name, label, hint }: Of & About) => ({
  ...{ name, label, error: errorOf(errors, name) },
  ...(hint === undefined ? {} : { hint }),
});

export function Text(props: Of & About & { decimal?: boolean; placeholder?: string; maxLength?: number }) {
  const { decimal, placeholder, maxLength } = props;
  return (
    <TextField
      {...aboutOf(props)}
      value={props.values[props.name] ?? ""}
      autocomplete="off"
      {...(decimal === true ? { inputMode: "decimal" as const } : {})}
      {...(placeholder === undefined ? {} : { placeholder })}
      {...(maxLength === undefined ? {} : { maxLength })}
    />
  );
}

export function LongText(props: Of & About) {
  const about = aboutOf(props);
  return (
    <Field {...about}>
      <textarea
        class="textarea mono"
        id={about.name}
        name={about.name}
        rows={4}
        spellcheck={false}
        {...describedBy(about)}
      >
        {props.values[about.name] ?? ""}
      </textarea>
    </Field>
  );
}

/** A time, or a day with a time, as the browser lets people pick it. */
export function Moment(props: Of & About & { type: "time" | "datetime-local" }) {
  const about = aboutOf(props);
  return (
    <Field {...about}>
      <input
        class="input"
        type={props.type}
        id={about.name}
        name={about.name}
        value={props.values[about.name] ?? ""}
        {...describedBy(about)}
      />
    </Field>
  );
}

export function Pick(props: Of & About & { choices: readonly (readonly [string, string])[] }) {
  const about = aboutOf(props);
  return (
    <Field {...about}>
      <select class="select" id={about.name} name={about.name} {...describedBy(about)}>
        {props.choices.map(([value, label]) => (
          <option key={value} value={value} selected={value === props.values[about.name]}>
            {label}
          </option>
        ))}
      </select>
    </Field>
  );
}

/** Several of a list, each with a box; what is picked are the values, with commas. */
export function PickSome(
  props: Of &
    About & { choices: readonly (readonly [value: string, label: string, note?: string])[]; row?: boolean },
) {
  const about = aboutOf(props);
  const picked = new Set((props.values[about.name] ?? "").split(","));
  return (
    <fieldset class="field pick-some" {...describedBy(about)}>
      <legend>{about.label}</legend>
      <div class={props.row === true ? "pick-row" : "pick-list"}>
        {props.choices.map(([value, label, note]) => (
          <label key={value} class="check">
            <input type="checkbox" name={about.name} value={value} checked={picked.has(value)} />
            <span>
              {label}
              {note === undefined ? null : <span class="faint"> {note}</span>}
            </span>
          </label>
        ))}
      </div>
      <FieldProblem {...about} />
    </fieldset>
  );
}
