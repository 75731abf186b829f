import type { FieldError } from "../../../protocol/errors.ts";
import type { Preview } from "../../../protocol/notifications/notification.ts";
import { Confirm } from "../../components/confirm.tsx";
import { FormProblem, type FormTrouble } from "../../components/field.tsx";
import { FormActions } from "../../components/form-actions.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Panel } from "../../components/panel.tsx";
import { Allowed, useMay } from "../../layout/allowed.tsx";
import type { LocalView } from "../../layout/frame.ts";
import { languageName } from "../../words/language-name.ts";
import { useWords } from "../../words/use-words.ts";
import { LongText, type Of, Pick, Text } from "../jobs/job-form-fields.tsx";
import { Prose } from "./composer-message.tsx";
import { Looks, RenewedPreview } from "./composer-preview.tsx";

/** Languages that can be written in the form; the API takes any number. */
export const TEMPLATE_LANGUAGES = ["1", "2", "3"] as const;

export interface TemplatePageProps {
  /** Null of a new one. */
  template: { id: string; name: string } | null;
  values: Record<string, string>;
  /** How what is in the form looks, in the language that is `shown`; null while there is nothing to look at. */
  preview: { of: Preview; languages: readonly string[] } | null;
  errors: readonly FieldError[];
  problem: FormTrouble | null;
}

/** A template: what it says in each language, and what is filled in when it is sent. */
export function templatePage(props: TemplatePageProps): LocalView {
  const { template } = props;
  return ({ notifications, composer }) => {
    const title = template?.name ?? composer.templates.create;
    return {
      title,
      section: "notifications",
      crumbs: [
        { label: notifications.title, href: "/notifications" },
        { label: notifications.tabs.templates, href: "/notifications/templates" },
        { label: title },
      ],
      body: (
        <>
          <PageHead title={title} actions={template === null ? null : <Actions {...template} />} />
          <TemplateForm {...props} />
        </>
      ),
    };
  };
}

function Actions({ id, name }: { id: string; name: string }) {
  const { templates } = useWords().composer;
  return (
    <Allowed to="notification:send">
      <Confirm
        id="remove"
        label={templates.remove}
        question={templates.removeQuestion(name)}
        consequence={templates.removeText}
        action={`/notifications/templates/${id}/remove`}
        verb={templates.removeVerb}
      />
      <a class="button primary" href={`/notifications/new?template=${id}`}>
        {templates.use}
      </a>
    </Allowed>
  );
}

/** Renewed with every change of the form. */
function TemplateLooks({ preview, values }: TemplatePageProps) {
  const { composer } = useWords();
  return (
    <RenewedPreview label={composer.looks}>
      <Panel title={composer.looks}>
        {preview === null ? (
          <p class="muted">{composer.looksEmpty}</p>
        ) : (
          <div class="stack">
            <p class="cell-sub">{composer.templates.looksText}</p>
            {preview.languages.length < 2 ? null : (
              <Pick
                {...{ values, errors: [], name: "shown", label: composer.templates.language }}
                choices={preview.languages.map((one) => [one, languageName(one)] as const)}
              />
            )}
            <Looks preview={preview.of} />
          </div>
        )}
      </Panel>
    </RenewedPreview>
  );
}

function TemplateForm(props: TemplatePageProps) {
  const { template, values, errors, problem } = props;
  const { composer } = useWords();
  const words = composer.templates;
  const may = useMay()("notification:send");
  const of = { values, errors };
  const action = `/notifications/templates/${template?.id ?? "new"}`;
  return (
    <form
      class={may ? "split job-form composer" : "split"}
      {...{ method: "post", action, noValidate: true, "data-draft": "" }}
      {...(may ? { "data-check": `${action}/preview` } : {})}
    >
      <div class="form">
        {problem === null ? null : <FormProblem {...problem} />}
        <Text {...of} name="name" label={words.name} maxLength={100} />
        <Text {...of} name="description" label={words.description} maxLength={500} />
        {TEMPLATE_LANGUAGES.map((number) => (
          <TemplateLanguage key={number} {...of} number={number} />
        ))}
        <LongText {...of} name="variables" label={words.variables} hint={words.variablesHint} />
        {may ? (
          <FormActions verb={words.save} back="/notifications/templates">
            <button class="button" type="submit" formaction={`${action}/preview`}>
              {composer.check}
            </button>
          </FormActions>
        ) : null}
      </div>
      {may ? <TemplateLooks {...props} /> : null}
    </form>
  );
}

/** What it says in one of its languages. */
function TemplateLanguage({ number, ...of }: Of & { number: (typeof TEMPLATE_LANGUAGES)[number] }) {
  const { composer } = useWords();
  const words = composer.templates;
  return (
    <Panel title={words.languageNumber(number)}>
      <div class="form-part">
        <Text
          {...of}
          name={`language.${number}`}
          label={words.language}
          {...(number === "1" ? { hint: words.languageHint } : {})}
        />
        <Text {...of} name={`title.${number}`} label={composer.fields.title} maxLength={200} />
        <Prose {...of} name={`body.${number}`} label={composer.fields.body} />
        <Text {...of} name={`link.${number}`} label={composer.fields.link} hint={composer.hints.link} />
      </div>
    </Panel>
  );
}
