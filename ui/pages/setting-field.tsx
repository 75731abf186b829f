import type { ConfigValues, Json } from "../../protocol/config/device-config.ts";
import type { ConfigLevel, EffectiveConfig } from "../../protocol/config/layers.ts";
import { fieldOf } from "../../protocol/config/settings-form.ts";
import type { Setting } from "../../protocol/config/settings-schema.ts";
import type { FieldError } from "../../protocol/errors.ts";
import { describedBy, errorOf, Field } from "../components/field.tsx";
import type { Words } from "../words/catalogues.ts";
import { useWords } from "../words/use-words.ts";

interface Props {
  name: string;
  setting: Setting;
  /** What stands in the fields of the form. */
  values: Readonly<Record<string, string>>;
  errors: readonly FieldError[];
  /** Whose layer the form is. */
  level: ConfigLevel;
  inherited: EffectiveConfig;
  /** What the layer of the type wants: where it names the setting, it counts. */
  later: ConfigValues;
}

/** One setting: what this layer wants of it, from where it comes otherwise, and what it is then. Empty leaves it to the others. */
export function SettingField({ name, setting, values, errors, level, inherited, later }: Props) {
  const words = useWords();
  const { configuration } = words;
  const field = fieldOf(name);
  const value = values[field] ?? "";
  const wins = Object.hasOwn(later, name) ? later[name]! : undefined;
  const origin = wins !== undefined ? "type" : value === "" ? inherited.origins[name] : level;
  const without = withoutIt(words, name, setting, inherited);
  const choices = setting.enum ?? (setting.type === "boolean" ? [true, false] : null);
  // A choice says by its first entry what it is without one.
  const otherwise =
    choices === null ? configuration.empty(without) : value && configuration.otherwise(without);
  const counts = wins === undefined ? "" : configuration.typeWins(laterWords(words, wins));
  const hint = [setting.description, boundsOf(words, setting), otherwise, counts].filter(Boolean).join(" ");
  const about = {
    name: field,
    label:
      setting.unit === undefined ? titleOf(name, setting) : `${titleOf(name, setting)} (${setting.unit})`,
    hint: hint === "" ? undefined : hint,
    error: errorOf(errors, field),
  };
  const badge = (
    <span class={origin === level ? "badge" : "badge faint"}>
      {origin === undefined ? configuration.nowhere : configuration.levels[origin]}
    </span>
  );
  return (
    <Field {...about} aside={badge}>
      {choices === null ? (
        <input
          class="input"
          id={field}
          name={field}
          value={value}
          placeholder={placeholderOf(words, name, setting, inherited)}
          autocomplete="off"
          {...(setting.type === "string" ? {} : { inputMode: "decimal" as const })}
          {...describedBy(about)}
        />
      ) : (
        <select class="select" id={field} name={field} {...describedBy(about)}>
          <option value="">{without}</option>
          {choices.map((choice) => (
            <option key={String(choice)} value={String(choice)} selected={String(choice) === value}>
              {valueWords(words, choice)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

const titleOf = (name: string, { title }: Setting) => (title === undefined || title === "" ? name : title);

/** What the device has where this layer says nothing. */
function withoutIt(
  words: Words,
  name: string,
  setting: Setting,
  { config, origins }: EffectiveConfig,
): string {
  const { configuration } = words;
  const origin = origins[name];
  if (origin !== undefined && Object.hasOwn(config, name))
    return configuration.inherited(valueWords(words, config[name]!), configuration.levels[origin]);
  return setting.default === undefined
    ? configuration.notWanted
    : configuration.byDefault(valueWords(words, setting.default));
}

function placeholderOf(words: Words, name: string, setting: Setting, { config }: EffectiveConfig): string {
  const value = Object.hasOwn(config, name) ? config[name] : setting.default;
  return value === undefined ? "" : valueWords(words, value);
}

function boundsOf({ configuration, number }: Words, { minimum, maximum }: Setting): string {
  if (minimum !== undefined && maximum !== undefined)
    return configuration.between(number(minimum), number(maximum));
  if (minimum !== undefined) return configuration.atLeast(number(minimum));
  return maximum === undefined ? "" : configuration.atMost(number(maximum));
}

/** Null takes a setting back. */
function laterWords(words: Words, value: Json): string {
  return value === null ? words.configuration.notWanted : valueWords(words, value);
}

function valueWords({ configuration, number }: Words, value: Json): string {
  if (typeof value === "boolean") return value ? configuration.on : configuration.off;
  if (typeof value === "number") return number(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}
