import type { ComponentChildren } from "preact";
import { useContext } from "preact/hooks";
import type { ErrorCode, FieldError } from "../../protocol/errors.ts";
import { tellMoments } from "../words/known-reasons.ts";
import { useWords } from "../words/use-words.ts";
import { absoluteTime, asSentence } from "../words/words.ts";
import { Mark } from "./mark.tsx";
import { ReaderZone } from "./moment.tsx";

/** The message for a field, if it was refused. A field inside another (`config.a`) counts as that field. */
export function errorOf(errors: readonly FieldError[], name: string): string | undefined {
  return errors.find(({ path }) => path === name || path.startsWith(`${name}.`))?.message;
}

interface FieldProps {
  name: string;
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
}

/** A labelled control with its hint and its error, tied together for those who hear the page. */
export function Field({
  name,
  label,
  hint,
  error,
  aside,
  children,
}: FieldProps & { aside?: ComponentChildren; children: ComponentChildren }) {
  return (
    <div class={aside === undefined ? "field" : "field with-aside"}>
      <label for={name}>{label}</label>
      {children}
      {aside}
      <FieldProblem name={name} hint={hint} error={error} />
    </div>
  );
}

/** What stands below a control: its hint, and why it was refused. */
export function FieldProblem({ name, hint, error }: Omit<FieldProps, "label">) {
  const words = useWords();
  const zone = useContext(ReaderZone) ?? "UTC";
  const when = (iso: string) => absoluteTime(words, Date.parse(iso), zone);
  return (
    <>
      {hint === undefined ? null : (
        <p class="field-hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {error === undefined ? null : (
        <p class="field-error tone-error" id={`${name}-error`}>
          <Mark shape="square" />
          {asSentence(tellMoments(words.fields.refusal(error), when))}
        </p>
      )}
    </>
  );
}

/** What ties a control to its hint and error. */
export function describedBy({ name, hint, error }: Omit<FieldProps, "label">) {
  const ids = [error === undefined ? "" : `${name}-error`, hint === undefined ? "" : `${name}-hint`];
  const text = ids.filter(Boolean).join(" ");
  return {
    ...(text === "" ? {} : { "aria-describedby": text }),
    ...(error === undefined ? {} : { "aria-invalid": "true" as const }),
  };
}

interface InputProps {
  type?: "text" | "email" | "password";
  value?: string;
  required?: boolean;
  autocomplete?: "email" | "username" | "current-password" | "new-password" | "name" | "organization" | "off";
  placeholder?: string;
  maxLength?: number;
  inputMode?: "text" | "decimal" | "email";
  step?: string;
  autofocus?: boolean;
}

export function TextField({
  name,
  label,
  hint,
  error,
  aside,
  ...input
}: FieldProps & InputProps & { aside?: ComponentChildren }) {
  const about = { name, label, hint, error };
  return (
    <Field {...about} aside={aside}>
      <input class="input" id={name} name={name} {...describedBy(about)} {...(input as object)} />
    </Field>
  );
}

/** The version a form's values are of, so that nobody else's edit is overwritten. A new record has none. */
export function Version({ of }: { of: string | null }) {
  return of === null ? null : <input type="hidden" name="version" value={of} />;
}

/** What went wrong with a form as a whole: what happened, what was kept, what to do. */
export interface FormTrouble {
  title: string;
  text: string;
  /** Of an error of the API: then its words are those of the reader's language. */
  code?: ErrorCode;
}

export function FormProblem({ code, ...given }: FormTrouble) {
  const words = useWords();
  const { title, text } =
    code === undefined ? given : { title: words.errors[code].title, text: words.errors[code].hint };
  return (
    <div class="notice error tone-error" role="alert">
      <Mark shape="square" />
      <div>
        <p>
          <strong>{title}</strong>
        </p>
        {text === "" ? null : <p>{text}</p>}
      </div>
    </div>
  );
}
