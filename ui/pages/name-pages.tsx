import type { FieldError } from "../../protocol/errors.ts";
import { errorOf, FormProblem, type FormTrouble, TextField, Version } from "../components/field.tsx";
import { FormActions } from "../components/form-actions.tsx";
import { PageHead } from "../components/page-head.tsx";
import type { LocalView } from "../layout/frame.ts";
import type { Words } from "../words/catalogues.ts";
import { useWords } from "../words/use-words.ts";

export interface NameProps {
  /** As it was typed, or as it is. */
  name: string;
  errors: readonly FieldError[];
  problem: FormTrouble | null;
}

/** What one is called oneself. */
export function ownNamePage(props: NameProps): LocalView {
  return (words) => ({
    ...headOf(words, words.settings.names.own),
    body: (
      <>
        <PageHead title={words.settings.names.own} text={words.settings.names.ownText} />
        <NameForm {...props} action="/settings/name" check="/check/name" autocomplete="name" version={null} />
      </>
    ),
  });
}

/** What the organisation is called. */
export function organizationNamePage(props: NameProps & { version: string }): LocalView {
  return (words) => ({
    ...headOf(words, words.settings.names.organization),
    body: (
      <>
        <PageHead title={words.settings.names.organization} text={words.settings.names.organizationText} />
        <NameForm
          {...props}
          action="/settings/organization/name"
          check="/check/organization-name"
          autocomplete="organization"
        />
      </>
    ),
  });
}

const headOf = ({ settings }: Words, title: string) => ({
  title,
  section: "settings" as const,
  crumbs: [{ label: settings.settings, href: "/settings" }, { label: title }],
});

function NameForm(
  props: NameProps & {
    action: string;
    check: string;
    autocomplete: "name" | "organization";
    version: string | null;
  },
) {
  const { settings } = useWords();
  return (
    <form class="form" method="post" action={props.action} noValidate data-check={props.check}>
      <Version of={props.version} />
      {props.problem === null ? null : <FormProblem {...props.problem} />}
      <TextField
        name="name"
        label={settings.names.name}
        autocomplete={props.autocomplete}
        value={props.name}
        error={errorOf(props.errors, "name")}
        maxLength={100}
        autofocus
        required
      />
      <FormActions verb={settings.save} back="/settings" />
    </form>
  );
}
