import type { TypeSchema } from "../../protocol/config/settings-schema.ts";
import { SETTING_TYPES } from "../../protocol/config/settings-schema.ts";
import type { FieldError } from "../../protocol/errors.ts";
import {
  describedBy,
  errorOf,
  Field,
  FormProblem,
  type FormTrouble,
  TextField,
  Version,
} from "../components/field.tsx";
import { FormActions } from "../components/form-actions.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Panel } from "../components/panel.tsx";
import type { LocalView } from "../layout/frame.ts";
import { useWords } from "../words/use-words.ts";
import { typeLabel } from "../words/words.ts";

/** A setting as it is typed: its name and its keywords as texts. */
export const SCHEMA_COLUMNS = [
  "name",
  "title",
  "description",
  "type",
  "unit",
  "minimum",
  "maximum",
  "enum",
  "default",
] as const;
export type SchemaRow = Readonly<Record<(typeof SCHEMA_COLUMNS)[number], string>>;

export interface ConfigSchemaProps {
  of: Pick<TypeSchema, "type" | "schema">;
  /** The settings in the form, and empty ones to fill in. */
  rows: readonly SchemaRow[];
  /** Whether devices may have other settings. */
  open: boolean;
  version: string;
  errors: readonly FieldError[];
  problem: FormTrouble | null;
}

/** What settings the devices of a type have: forms are made from it, and values that it refuses are refused. */
export function configSchemaPage(props: ConfigSchemaProps): LocalView {
  const { of, rows, version, errors, problem } = props;
  return (words) => {
    const { configuration, settings } = words;
    const title = configuration.schemaOf(typeLabel(words, of.type));
    const back = `/settings/configuration?type=${encodeURIComponent(of.type)}`;
    return {
      title,
      section: "settings",
      crumbs: [
        { label: settings.settings, href: "/settings" },
        { label: configuration.title, href: back },
        { label: configuration.schema },
      ],
      body: (
        <>
          <PageHead title={title} text={configuration.schemaText} />
          {problem === null ? null : <FormProblem {...problem} />}
          <form
            class="stack"
            method="post"
            action="/settings/configuration/schema"
            data-check="/settings/configuration/schema/check"
            noValidate
          >
            <Version of={version} />
            <input type="hidden" name="type" value={of.type} />
            <input type="hidden" name="rows" value={String(rows.length)} />
            {rows.map((row, index) => (
              <Row key={index} row={row} index={index} errors={errors} />
            ))}
            <Open {...props} />
            <FormActions verb={configuration.saveSchema} back={back}>
              <button class="button" type="submit" formaction="/settings/configuration/schema/more">
                {configuration.moreRows}
              </button>
            </FormActions>
          </form>
        </>
      ),
    };
  };
}

function Open({ open }: ConfigSchemaProps) {
  const { configuration } = useWords();
  return (
    <label class="check">
      <input type="checkbox" name="open" value="true" checked={open} />
      {configuration.others}
    </label>
  );
}

/** One a line, since a choice may have a comma in it. */
function Choices({
  value,
  ...field
}: {
  name: string;
  label: string;
  error: string | undefined;
  value: string;
}) {
  const { configuration } = useWords();
  const about = { ...field, hint: configuration.enumHint };
  return (
    <Field {...about}>
      <textarea class="textarea" id={field.name} name={field.name} rows={2} {...describedBy(about)}>
        {value}
      </textarea>
    </Field>
  );
}

/** A setting; one without a name is none. */
function Row({ row, index, errors }: { row: SchemaRow; index: number; errors: readonly FieldError[] }) {
  const { configuration } = useWords();
  const { columns, types } = configuration;
  const about = (column: keyof SchemaRow) => {
    const name = `${column}.${index}`;
    return { name, label: columns[column], error: errorOf(errors, name) };
  };
  const text = (column: keyof SchemaRow, hint?: string) => (
    <TextField {...about(column)} value={row[column]} hint={hint} autocomplete="off" />
  );
  return (
    <Panel title={row.name === "" ? configuration.newSetting : row.name}>
      <div class="field-row schema-row">
        {text("name", row.name === "" ? undefined : configuration.nameHint)}
        {text("title")}
        {text("description")}
        <Field {...about("type")}>
          <select class="select" id={`type.${index}`} name={`type.${index}`} {...describedBy(about("type"))}>
            {SETTING_TYPES.map((type) => (
              <option key={type} value={type} selected={type === row.type}>
                {types[type]}
              </option>
            ))}
          </select>
        </Field>
        {text("unit")}
        {text("minimum", configuration.boundHint)}
        {text("maximum", configuration.boundHint)}
        <Choices {...about("enum")} value={row.enum} />
        {text("default", configuration.defaultHint)}
      </div>
    </Panel>
  );
}
