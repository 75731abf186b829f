import { accept, type FieldError, type Result, refuse } from "../errors.ts";
import { readConfigText } from "./config-text.ts";
import type { ConfigValues, Json } from "./device-config.ts";
import { type Setting, type SettingsSchema, settingsProblems } from "./settings-schema.ts";

/**
 * A layer as a form: a field `set.<name>` for each setting that the schema names, empty where the layer says nothing of it, and
 * `config`, JSON, for everything else.
 */

export const fieldOf = (name: string): string => `set.${name}`;

/** What stands in the fields for a layer, and as JSON below them. */
export function toSettingsForm(
  schema: SettingsSchema | null,
  own: ConfigValues,
): { fields: Record<string, string>; rest: ConfigValues } {
  const fields: Record<string, string> = {};
  const rest: [string, Json][] = [];
  for (const [name, value] of Object.entries(own)) {
    const setting = settingIn(schema, name);
    if (setting !== undefined && isShown(setting, value)) fields[fieldOf(name)] = String(value);
    else rest.push([name, value]);
  }
  return { fields, rest: Object.fromEntries(rest) };
}

/** Null, lists, objects and what is of another type have no field: they stay as they are. */
function isShown({ type, enum: choices }: Setting, value: Json): boolean {
  if (choices !== undefined) return choices.includes(value as never);
  return typeof value === (type === "integer" ? "number" : type) && value !== "";
}

/**
 * What a form says, checked. What is wrong is told of the field of the form it is in.
 */
export function readSettingsForm(
  schema: SettingsSchema | null,
  form: Readonly<Record<string, string>>,
): Result<ConfigValues> {
  const rest = readConfigText(form.config?.trim() ? form.config : "{}");
  if (!rest.ok) return rest;
  const set: [string, Json][] = [];
  const errors: FieldError[] = [];
  for (const [name, setting] of Object.entries(schema?.properties ?? {})) {
    const typed = form[fieldOf(name)]?.trim() ?? "";
    if (typed === "") continue;
    if (Object.hasOwn(rest.value, name))
      errors.push({ path: "config", message: `names ${name}, which has a field of its own` });
    set.push([name, readValue(setting, typed)]);
  }
  const config = { ...rest.value, ...Object.fromEntries(set) };
  if (schema !== null) errors.push(...atFields(schema, settingsProblems(schema, config)));
  const [first] = errors;
  return first === undefined
    ? accept(config)
    : refuse("request.invalid", `${first.path}: ${first.message}`, errors);
}

/** What the API says of `config.<name>`, at the field of the form; what has none, at the JSON, with its name. */
export function atFields(schema: SettingsSchema | null, errors: readonly FieldError[]): FieldError[] {
  return errors.map(({ path, message }) => {
    const name = path.startsWith("config.") ? path.slice("config.".length) : null;
    if (name === null) return { path, message };
    return settingIn(schema, name) === undefined
      ? { path: "config", message: `${name}: ${message}` }
      : { path: fieldOf(name), message };
  });
}

const settingIn = (schema: SettingsSchema | null, name: string): Setting | undefined =>
  schema !== null && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;

/** What cannot be read stays a text, which the schema refuses by the name of its field. */
function readValue({ type, enum: choices }: Setting, typed: string): Json {
  const choice = choices?.find((one) => String(one) === typed);
  if (choice !== undefined) return choice;
  if (type === "boolean") return typed === "true" || (typed === "false" ? false : typed);
  if (type === "string") return typed;
  const number = Number(typed.replace(",", "."));
  return Number.isFinite(number) ? number : typed;
}
