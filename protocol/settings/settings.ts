import { accept, type FieldError, type Result, refuse } from "../errors.ts";
import type { Setting, SettingsOf, SettingsTable } from "./setting.ts";

/**
 * Settings of a program from all their places: command line over environment over TOML file over default. Pure: the
 * caller brings what it read. Everything that is wrong is told at once, each with the name it was set under; an
 * unknown key is an error that names the nearest known one, so that a typing error never goes unnoticed.
 */
export interface SettingSources {
  /** Command line options by option name (`mqtt-listen`), those that were given. */
  args: Record<string, unknown>;
  /** The whole environment; names that begin with {@link prefix} count. */
  env: Record<string, string | undefined>;
  /** `HOMEPOT_EDGE_` or `HOMEPOT_CLOUD_`. */
  prefix: string;
  /** The parsed TOML file, if there is one. */
  file: Record<string, unknown> | null;
}

/** Codes: `config.unknown-setting` when a key is unknown, else `config.invalid`. */
export function readSettings<Table extends SettingsTable>(
  table: Table,
  sources: SettingSources,
): Result<SettingsOf<Table>> {
  const names = Object.values(table).map((setting) => setting.name);
  const file = flatten(sources.file ?? {}, new Set(names));
  const unknown = [...unknownOf(names, Object.keys(file)), ...unknownVariables(names, sources)];
  const bad: FieldError[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(table)) {
    const found = find(setting, sources, file);
    if (found === null) {
      values[key] = setting.fallback;
      continue;
    }
    const read = setting.read(found.input);
    if (read.ok) values[key] = read.value;
    else bad.push({ path: found.where, message: messageOf(setting, read.message, found.input) });
  }
  const errors = [...unknown, ...bad];
  if (errors.length === 0) return accept(values as SettingsOf<Table>);
  const detail = errors.map((error) => `${error.path}: ${error.message}`).join("; ");
  return refuse(unknown.length > 0 ? "config.unknown-setting" : "config.invalid", detail, errors);
}

/** `mqtt.listen` as an option of the command line: `mqtt-listen`. */
export function optionName(name: string): string {
  return name.replaceAll(".", "-");
}

/** `mqtt.listen` as an environment variable: `HOMEPOT_EDGE_MQTT_LISTEN`. */
export function variableName(prefix: string, name: string): string {
  return prefix + name.replaceAll(/[.-]/g, "_").toUpperCase();
}

function messageOf(setting: Setting<unknown>, message: string, input: unknown): string {
  return setting.secret === true ? message : `${message}, not ${JSON.stringify(input)}`;
}

function find(
  { name, secret }: Setting<unknown>,
  sources: SettingSources,
  file: Record<string, unknown>,
): { input: unknown; where: string } | null {
  const option = optionName(name);
  if (secret !== true && sources.args[option] !== undefined)
    return { input: sources.args[option], where: `--${option}` };
  const variable = variableName(sources.prefix, name);
  const text = sources.env[variable];
  if (text !== undefined && text !== "") return { input: text, where: variable };
  return file[name] === undefined ? null : { input: file[name], where: name };
}

/** TOML tables as dotted names. A table below a known setting's name is left whole, for that setting to refuse. */
function flatten(table: Record<string, unknown>, known: Set<string>, prefix = ""): Record<string, unknown> {
  const flat: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(table)) {
    const name = `${prefix}${key}`;
    const isTable = typeof value === "object" && value !== null && !Array.isArray(value);
    if (isTable && !known.has(name)) {
      Object.assign(flat, flatten(value as Record<string, unknown>, known, `${name}.`));
    } else {
      flat[name] = value;
    }
  }
  return flat;
}

function unknownOf(names: string[], met: string[]): FieldError[] {
  return met
    .filter((name) => !names.includes(name))
    .map((name) => ({ path: name, message: `is not a setting; did you mean ${nearest(name, names)}?` }));
}

function unknownVariables(names: string[], sources: SettingSources): FieldError[] {
  const variables = names.map((name) => variableName(sources.prefix, name));
  return unknownOf(
    variables,
    Object.keys(sources.env).filter((name) => name.startsWith(sources.prefix)),
  );
}

/** The name with the fewest letters to change. */
export function nearest(name: string, names: readonly string[]): string {
  const ranked = names.map((other) => ({
    other,
    distance: editDistance(name.toLowerCase(), other.toLowerCase()),
  }));
  ranked.sort((a, b) => a.distance - b.distance);
  return ranked[0]?.other ?? "";
}

/** Levenshtein's distance, a row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
