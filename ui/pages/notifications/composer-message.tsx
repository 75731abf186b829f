import { PRIORITIES } from "../../../protocol/notifications/message.ts";
import { describedBy, errorOf, Field } from "../../components/field.tsx";
import { useWords } from "../../words/use-words.ts";
import { LongText, type Of, Part, Pick, Text } from "../jobs/job-form-fields.tsx";
import type { ComposerProps } from "./composer-page.tsx";

/** Buttons that can be written in the form; the API takes four. */
export const BUTTONS = ["1", "2"] as const;

/** What it says: a template, or what is written here. */
export function ComposerMessage(props: ComposerProps) {
  const { composer, notifications } = useWords();
  const { fields, hints } = composer;
  const of = { values: props.values, errors: props.errors };
  return (
    <Part legend={composer.message}>
      {props.templates.length === 0 ? null : (
        <>
          <Pick
            {...of}
            name="template"
            label={composer.template}
            choices={[
              ["", composer.noTemplate],
              ...props.templates.map(({ id, name }) => [id, name] as const),
            ]}
          />
          <div class="for-template">
            <LongText {...of} name="variables" label={fields.variables} hint={hints.variables} />
          </div>
        </>
      )}
      <div class="form-part for-written">
        <Text {...of} name="message.title" label={fields.title} maxLength={200} />
        <Prose {...of} name="message.body" label={fields.body} />
        <div class="field-row">
          <Text {...of} name="message.link" label={fields.link} hint={hints.link} />
          <Pick
            {...of}
            name="message.priority"
            label={fields.priority}
            choices={PRIORITIES.map((one) => [one, notifications.priorities[one]] as const)}
          />
        </div>
        {BUTTONS.map((number) => (
          <div class="field-row" key={number}>
            <Text {...of} name={`button.${number}.title`} label={composer.button(number)} maxLength={60} />
            <Text {...of} name={`button.${number}.link`} label={composer.buttonLink(number)} />
          </div>
        ))}
        <details class="fold">
          <summary>{composer.more}</summary>
          <div class="form-part">
            <Text {...of} name="message.image" label={fields.image} hint={hints.image} />
            <div class="field-row">
              <Text {...of} name="message.category" label={fields.category} />
              <Text {...of} name="message.collapseKey" label={fields.collapseKey} hint={hints.collapseKey} />
            </div>
            <div class="field-row">
              <Text {...of} name="message.sound" label={fields.sound} hint={hints.sound} />
              <Text {...of} name="message.badge" label={fields.badge} decimal />
              <Text
                {...of}
                name="message.timeToLiveSeconds"
                label={fields.hours}
                hint={hints.hours}
                decimal
              />
            </div>
            <LongText {...of} name="message.data" label={fields.data} hint={hints.data} />
          </div>
        </details>
      </div>
      <Text {...of} name="name" label={fields.name} hint={hints.name} maxLength={100} />
    </Part>
  );
}

/** Several lines of plain language. */
export function Prose(props: Of & { name: string; label: string }) {
  const about = { name: props.name, label: props.label, error: errorOf(props.errors, props.name) };
  return (
    <Field {...about}>
      <textarea class="textarea" id={about.name} name={about.name} rows={3} {...describedBy(about)}>
        {props.values[about.name] ?? ""}
      </textarea>
    </Field>
  );
}
