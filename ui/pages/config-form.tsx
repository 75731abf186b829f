import type { ComponentChildren } from "preact";
import type { ConfigValues } from "../../protocol/config/device-config.ts";
import type { ConfigLayer } from "../../protocol/config/layers.ts";
import { atFields, toSettingsForm } from "../../protocol/config/settings-form.ts";
import { settingsProblems } from "../../protocol/config/settings-schema.ts";
import type { FieldError } from "../../protocol/errors.ts";
import { describedBy, errorOf, Field, Version } from "../components/field.tsx";
import { Panel } from "../components/panel.tsx";
import { Allowed } from "../layout/allowed.tsx";
import { useWords } from "../words/use-words.ts";
import { SettingField } from "./setting-field.tsx";

export interface ConfigFormProps {
  action: string;
  /** Where the form is looked at while it is filled in. */
  check: string;
  layer: ConfigLayer;
  /** What was typed, by field; null for the layer as it is. */
  typed: Readonly<Record<string, string>> | null;
  version: string;
  errors: readonly FieldError[];
  /** The type of its devices; null where there are several. */
  type: string | null;
  fields?: Readonly<Record<string, string>>;
  /** What a later layer wants of all these devices, and has. */
  later?: ConfigValues;
  /** Which fields are shown, to choose. */
  choice?: ComponentChildren;
}

/** A layer, to be changed: a field for each setting its devices are known to have, and JSON for everything else. */
export function ConfigForm(props: ConfigFormProps) {
  const { devices, configuration } = useWords();
  const { layer, typed, type } = props;
  const { schema, inherited } = layer;
  const { fields, rest } = toSettingsForm(schema, layer.config);
  const values = typed ?? { ...fields, config: textOf(rest, schema === null) };
  const errors = [...props.errors, ...(typed === null ? standing(layer) : [])];
  const settings = Object.entries(schema?.properties ?? {});
  return (
    <Panel
      title={devices.changeWanted}
      actions={
        type === null ? undefined : (
          <Allowed to="organization:write">
            <a class="button quiet" href={`/settings/configuration/schema?type=${encodeURIComponent(type)}`}>
              {schema === null ? configuration.makeSchema : configuration.changeSchema}
            </a>
          </Allowed>
        )
      }
    >
      {props.choice}
      <form class="form wide" method="post" action={props.action} data-check={props.check} noValidate>
        <Version of={props.version} />
        {Object.entries(props.fields ?? {}).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        {settings.length === 0 ? null : (
          <div class="settings-fields">
            {settings.map(([name, setting]) => (
              <SettingField
                key={name}
                name={name}
                setting={setting}
                values={values}
                errors={errors}
                level={layer.level}
                inherited={inherited}
                later={props.later ?? {}}
              />
            ))}
          </div>
        )}
        <Rest {...props} text={values.config ?? ""} errors={errors} folded={schema !== null} />
        <div class="actions">
          <button class="button primary" type="submit">
            {devices.saveAndSend}
          </button>
        </div>
      </form>
    </Panel>
  );
}

/** What the schema does not name, as JSON. */
function Rest({ errors, text, folded }: ConfigFormProps & { text: string; folded: boolean }) {
  const { devices, configuration } = useWords();
  const field = {
    name: "config",
    label: folded ? configuration.otherAsJson : devices.asJson,
    hint: folded ? configuration.otherHint : configuration.hint,
    error: errorOf(errors, "config"),
  };
  const editor = (
    <Field {...field}>
      <textarea
        class="textarea mono"
        id="config"
        name="config"
        rows={folded ? 4 : 8}
        spellcheck={false}
        {...describedBy(field)}
      >
        {text}
      </textarea>
    </Field>
  );
  if (!folded) return editor;
  return (
    <details class="form-more" open={text !== "" || field.error !== undefined}>
      <summary>{configuration.other}</summary>
      {editor}
    </details>
  );
}

/** Nothing to say is nothing, beside fields; alone it is an object without settings. */
const textOf = (rest: object, alone: boolean): string =>
  !alone && Object.keys(rest).length === 0 ? "" : JSON.stringify(rest, null, 2);

/** What a schema that came later refuses of the layer as it is. */
function standing({ schema, config }: ConfigLayer): FieldError[] {
  return schema === null ? [] : atFields(schema, settingsProblems(schema, config));
}
