import type { FieldError } from "../../protocol/errors.ts";
import { errorOf, FormProblem, TextField, Version } from "../components/field.tsx";
import { FormActions } from "../components/form-actions.tsx";
import { PageHead } from "../components/page-head.tsx";
import type { LocalView } from "../layout/frame.ts";
import { useWords } from "../words/use-words.ts";

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
export function retentionPage(props: RetentionProps): LocalView {
  const { organization, isDefault } = props;
  return ({ settings }) => ({
    title: settings.retention,
    section: "settings",
    crumbs: [{ label: settings.settings, href: "/settings" }, { label: settings.retention }],
    body: (
      <>
        <PageHead
          title={settings.telemetry.title}
          text={
            isDefault ? settings.telemetry.isDefault(organization) : settings.telemetry.forAll(organization)
          }
        />
        <RetentionForm {...props} />
      </>
    ),
  });
}

function RetentionForm({ values, version, mayWrite, errors, problem }: RetentionProps) {
  const { settings } = useWords();
  const { telemetry } = settings;
  return (
    <form class="form" method="post" action="/settings/telemetry" noValidate data-check="/check/retention">
      <Version of={version} />
      {problem === null ? null : <FormProblem {...problem} />}
      <TextField
        name="rawDays"
        label={telemetry.rawDays}
        hint={telemetry.rawHint}
        inputMode="decimal"
        value={values.rawDays}
        error={errorOf(errors, "rawDays")}
      />
      <TextField
        name="keepDays"
        label={telemetry.keepDays}
        hint={telemetry.keepHint}
        inputMode="decimal"
        value={values.keepDays}
        error={errorOf(errors, "keepDays")}
      />
      {mayWrite ? (
        <FormActions verb={settings.save} back="/settings" />
      ) : (
        <p class="faint">{telemetry.whoMay}</p>
      )}
    </form>
  );
}
