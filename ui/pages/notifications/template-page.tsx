import type { FieldError } from "../../../protocol/errors.ts";
import type { Preview } from "../../../protocol/notifications/notification.ts";
import { Confirm } from "../../components/confirm.tsx";
import { FormProblem, type FormTrouble } from "../../components/field.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Panel } from "../../components/panel.tsx";
import { Allowed, useMay } from "../../layout/allowed.tsx";
import type { LocalView } from "../../layout/frame.ts";
import { languageName } from "../../words/language-name.ts";
import { useWords } from "../../words/use-words.ts";
import { LongText, Text } from "../jobs/job-form-fields.tsx";
import { Prose } from "./composer-message.tsx";
import { Looks } from "./composer-preview.tsx";

/** Languages that can be written in the form; the API takes any number. */
export const TEMPLATE_LANGUAGES = ["1", "2", "3"] as const;

export interface TemplatePageProps {
  /** Null of a new one. */
  template: { id: string; name: string } | null;
  values: Record<string, string>;
  /** How it looks as it was saved, in one of its languages; null of a new one, and for who may send nothing. */
  preview: { of: Preview; language: string; languages: readonly string[] } | null;
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
          <div class="split">
            <TemplateForm {...props} />
            {props.preview === null ? null : <TemplateLooks {...props.preview} />}
          </div>
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

function TemplateLooks({ of, language, languages }: NonNullable<TemplatePageProps["preview"]>) {
  const { composer } = useWords();
  return (
    <Panel title={composer.looks}>
      <div class="stack">
        <p class="cell-sub">{composer.templates.looksText}</p>
        {languages.length < 2 ? null : (
          <nav class="segmented" aria-label={composer.templates.languages}>
            {languages.map((one) => (
              <a key={one} href={`?language=${one}`} aria-current={one === language ? "true" : undefined}>
                {languageName(one)}
              </a>
            ))}
          </nav>
        )}
        <Looks preview={of} />
      </div>
    </Panel>
  );
}

function TemplateForm({ template, values, errors, problem }: TemplatePageProps) {
  const { composer, settings } = useWords();
  const words = composer.templates;
  const may = useMay()("notification:send");
  const of = { values, errors };
  return (
    <form
      class="form"
      method="post"
      action={`/notifications/templates/${template?.id ?? "new"}`}
      data-draft=""
      noValidate
    >
      {problem === null ? null : <FormProblem {...problem} />}
      <Text {...of} name="name" label={words.name} maxLength={100} />
      <Text {...of} name="description" label={words.description} maxLength={500} />
      {TEMPLATE_LANGUAGES.map((number) => (
        <Panel key={number} title={words.languageNumber(number)}>
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
      ))}
      <LongText {...of} name="variables" label={words.variables} hint={words.variablesHint} />
      {may ? (
        <div class="actions">
          <button class="button primary" type="submit">
            {words.save}
          </button>
          <a class="button quiet" href="/notifications/templates">
            {settings.cancel}
          </a>
        </div>
      ) : null}
    </form>
  );
}
