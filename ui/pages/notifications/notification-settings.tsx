import type { FieldError } from "../../../protocol/errors.ts";
import type { NotificationSettings, Topics } from "../../../protocol/notifications/inbox.ts";
import { FormProblem, type FormTrouble } from "../../components/field.tsx";
import { Panel } from "../../components/panel.tsx";
import { LANGUAGES } from "../../words/languages.ts";
import { useWords } from "../../words/use-words.ts";
import { Moment, Pick, Text } from "../jobs/job-form-fields.tsx";

/** What is in the form, as the person typed it. */
export type SettingsValues = Record<"from" | "to" | "timeZone" | "language" | "email", string>;

export interface NotificationSettingsProps {
  values: SettingsValues;
  topics: Topics["items"];
  errors: readonly FieldError[];
  problem: FormTrouble | null;
}

export const settingsValues = ({ quietHours, language, email }: NotificationSettings, zone: string) => ({
  ...{ from: quietHours?.from ?? "", to: quietHours?.to ?? "", timeZone: quietHours?.timeZone ?? zone },
  ...{ language: language ?? "", email: String(email) },
});

/** When one wants to be left alone, and in which language and by which ways one is told. */
export function QuietHours({ values, errors, problem }: NotificationSettingsProps) {
  const { composer } = useWords();
  const words = composer.settings;
  const of = { values, errors };
  return (
    <Panel title={words.quiet}>
      <form
        class="form"
        method="post"
        action="/settings/notifications"
        noValidate
        data-check="/check/notification-settings"
      >
        {problem === null ? null : <FormProblem {...problem} />}
        <p class="muted">
          {words.quietText} {words.hint}
        </p>
        <div class="field-row">
          <Moment {...of} type="time" name="from" label={words.from} />
          <Moment {...of} type="time" name="to" label={words.to} />
          <Text {...of} name="timeZone" label={words.zone} />
        </div>
        <div class="field-row">
          <Pick
            {...of}
            name="language"
            label={words.language}
            choices={[
              ["", words.anyLanguage],
              ...Object.entries(LANGUAGES).map(([tag, { name }]) => [tag, name] as const),
            ]}
          />
          <Pick {...of} name="email" label={words.email} choices={Object.entries(words.emails)} />
        </div>
        <div class="actions">
          <button class="button primary" type="submit">
            {words.save}
          </button>
        </div>
      </form>
    </Panel>
  );
}

/** What one subscribes to by name. */
export function TopicsPanel({ topics }: Pick<NotificationSettingsProps, "topics">) {
  const { composer } = useWords();
  const words = composer.settings;
  return (
    <Panel title={words.topics}>
      <div class="stack">
        <p class="muted">{words.topicsText}</p>
        {topics.length === 0 ? null : (
          <table class="table cards">
            <tbody>
              {topics.map(({ topic, people, subscribed }) => (
                <tr key={topic}>
                  <td class="lead beside mono">{topic}</td>
                  <td class="number">{words.subscribers(people)}</td>
                  <td class="end">
                    <form method="post" action="/settings/notifications/topics">
                      <input type="hidden" name="topic" value={topic} />
                      <input type="hidden" name="subscribe" value={String(!subscribed)} />
                      <button class="button" type="submit">
                        {subscribed ? words.unsubscribe : words.subscribe}
                      </button>
                    </form>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <form class="row-form" method="post" action="/settings/notifications/topics">
          <input type="hidden" name="subscribe" value="true" />
          <input
            class="input"
            name="topic"
            aria-label={words.topic}
            placeholder={words.topic}
            title={words.topicHint}
            required
            maxLength={64}
            autocomplete="off"
          />
          <button class="button" type="submit">
            {words.subscribe}
          </button>
        </form>
      </div>
    </Panel>
  );
}
