import type { FieldError } from "../../protocol/errors.ts";
import { describedBy, errorOf, Field, Version } from "../components/field.tsx";
import { Panel } from "../components/panel.tsx";
import { useWords } from "../words/use-words.ts";

/** A layer as JSON, to be changed. */
export function ConfigForm(props: {
  action: string;
  text: string;
  version: string;
  errors: readonly FieldError[];
  fields?: Readonly<Record<string, string>>;
}) {
  const { devices, configuration } = useWords();
  const field = {
    name: "config",
    label: devices.asJson,
    hint: configuration.hint,
    error: errorOf(props.errors, "config"),
  };
  return (
    <Panel title={devices.changeWanted}>
      <form class="form wide" method="post" action={props.action}>
        <Version of={props.version} />
        {Object.entries(props.fields ?? {}).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <Field {...field}>
          <textarea
            class="textarea mono"
            id="config"
            name="config"
            rows={8}
            spellcheck={false}
            {...describedBy(field)}
          >
            {props.text}
          </textarea>
        </Field>
        <div class="actions">
          <button class="button primary" type="submit">
            {devices.saveAndSend}
          </button>
        </div>
      </form>
    </Panel>
  );
}
