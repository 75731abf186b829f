import type { FieldError } from "../../../protocol/errors.ts";
import type { Preview } from "../../../protocol/notifications/notification.ts";
import type { Template } from "../../../protocol/notifications/template.ts";
import { FormProblem, type FormTrouble } from "../../components/field.tsx";
import { PageHead } from "../../components/page-head.tsx";
import type { Found } from "../../components/pick-found.tsx";
import type { LocalView } from "../../layout/frame.ts";
import { ComposerHow } from "./composer-how.tsx";
import { ComposerMessage } from "./composer-message.tsx";
import { ComposerPreview, ComposerSum } from "./composer-preview.tsx";
import { ComposerTo } from "./composer-to.tsx";

/** What is in the form, by the paths of the API; absent means empty. Of what can be picked several times, a list with commas. */
export type ComposerValues = Record<string, string>;

export interface ComposerProps {
  values: ComposerValues;
  /** Whose clocks it can be sent by. */
  sites: readonly { id: string; timeZone: string }[];
  /** What can be picked of many; null for who may not see it. */
  finds: Record<"sites" | "tags" | "devices", Found | null>;
  roles: readonly { id: string; name: string }[];
  /** Members by the id of their account; none for who may not see them. */
  people: readonly { id: string; name: string }[];
  templates: readonly Pick<Template, "id" | "name">[];
  /** The reader's zone. */
  zone: string;
  /** Null while something is missing. */
  preview: Preview | null;
  /** Whether there is anything to look at yet. */
  written: boolean;
  errors: readonly FieldError[];
  problem: FormTrouble | null;
}

/** A message, to whom, how and when; beside it what each platform would make of it. */
export function composerPage(props: ComposerProps): LocalView {
  return ({ notifications, composer }) => ({
    title: composer.title,
    section: "notifications",
    crumbs: [{ label: notifications.title, href: "/notifications" }, { label: composer.title }],
    body: (
      <>
        <PageHead title={composer.title} />
        <form
          class="split job-form composer"
          method="post"
          action="/notifications/new"
          data-draft=""
          data-check="/notifications/new/preview"
          noValidate
        >
          <div class="form">
            {props.problem === null ? null : <FormProblem {...props.problem} />}
            <ComposerMessage {...props} />
            <ComposerTo {...props} />
            <ComposerHow {...props} />
            <ComposerSum {...props} />
            <div class="actions">
              <button class="button primary" type="submit">
                {composer.sendNow}
              </button>
              <button class="button" type="submit" formaction="/notifications/new/preview">
                {composer.check}
              </button>
              <a class="button quiet" href="/notifications/history">
                {composer.back}
              </a>
            </div>
          </div>
          <ComposerPreview {...props} />
        </form>
      </>
    ),
  });
}
