import type { FieldError } from "../../protocol/errors.ts";
import { errorOf, FormProblem, TextField, Version } from "../components/field.tsx";
import { PageHead } from "../components/page-head.tsx";
import type { View } from "../layout/frame.ts";

/** What the form holds, as the person typed it. */
export interface RetentionFormValues {
  rawDays: string;
  keepDays: string;
}

export interface RetentionProps {
  organization: string;
  values: RetentionFormValues;
  /** Of the settings when the values were read. */
  version: string;
  /** The organisation has set nothing: these are the service's own. */
  isDefault: boolean;
  mayWrite: boolean;
  errors: readonly FieldError[];
  problem: { title: string; text: string } | null;
}

/** For how long the telemetry of an organisation is kept. */
export function retentionPage(props: RetentionProps): View {
  const { organization, isDefault } = props;
  const text = isDefault
    ? `${organization} has set nothing of its own yet: these are the service's defaults.`
    : `For every device of ${organization}. States, configuration and the audit log are not affected.`;
  return {
    title: "Telemetry retention",
    section: "settings",
    crumbs: [{ label: "Settings", href: "/settings" }, { label: "Telemetry retention" }],
    body: (
      <>
        <PageHead title="How long telemetry is kept" text={text} />
        <RetentionForm {...props} />
      </>
    ),
  };
}

function RetentionForm({ values, version, mayWrite, errors, problem }: RetentionProps) {
  return (
    <form class="form" method="post" action="/settings/telemetry" noValidate>
      <Version of={version} />
      {problem === null ? null : <FormProblem {...problem} />}
      <TextField
        name="rawDays"
        label="Days with every reading"
        hint="After that a row for each chunk stays, with count, least, greatest and mean: charts of months look the same. 0 keeps every reading."
        inputMode="decimal"
        value={values.rawDays}
        error={errorOf(errors, "rawDays")}
      />
      <TextField
        name="keepDays"
        label="Days until it is deleted"
        hint="After that telemetry is deleted, and cannot be brought back. 0 keeps it for ever."
        inputMode="decimal"
        value={values.keepDays}
        error={errorOf(errors, "keepDays")}
      />
      {mayWrite ? (
        <div class="actions">
          <button class="button primary" type="submit">
            Save changes
          </button>
          <a class="button quiet" href="/settings">
            Cancel
          </a>
        </div>
      ) : (
        <p class="faint">Owners and administrators may change this.</p>
      )}
    </form>
  );
}
