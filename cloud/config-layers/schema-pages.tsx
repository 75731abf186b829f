import { type Context, Hono } from "hono";
import {
  SETTINGS_MAX,
  type SettingsSchema,
  settingsSchemaInputSchema,
  type TypeSchema,
} from "../../protocol/config/settings-schema.ts";
import {
  accept,
  type FieldError,
  type Refusal,
  type Result,
  refuse,
  refuseField,
} from "../../protocol/errors.ts";
import { check } from "../../protocol/validate.ts";
import { configSchemaPage, SCHEMA_COLUMNS, type SchemaRow } from "../../ui/ui.ts";
import type { AppEnv } from "../http/env.ts";
import { versionOfForm } from "../http/merge-pages.ts";
import { redirectTelling } from "../http/notice-pages.ts";
import { pageNeeds } from "../http/page-needs.ts";
import { formProblem, formStatus, readForm, type ShowParts, show, showRefusal } from "../http/show.ts";
import { versionOf } from "../http/versions.ts";
import { type ConfigLayers, schemaFields } from "./config-layers.ts";

type Parts = ShowParts & { configLayers: ConfigLayers };

const EMPTY_ROWS = 1;
const BLANK = Object.fromEntries(SCHEMA_COLUMNS.map((column) => [column, ""])) as SchemaRow;

/** What was typed into the form. */
interface Typed {
  type: string;
  version: string;
  open: boolean;
  rows: SchemaRow[];
}

/** `/settings/configuration/schema`, behind a scope: what settings the devices of a type (`?type=`) have. */
export function configSchemaPages(parts: Parts): Hono<AppEnv> {
  const { configLayers } = parts;
  const pages = new Hono<AppEnv>();
  const needs = pageNeeds(parts, "organization:write");

  pages.get("/", needs, async (c) => {
    const type = (c.req.query("type") ?? "").slice(0, 100);
    if (type === "") return c.redirect("/settings/configuration", 303);
    const found = await configLayers.schema(c.get("scope"), type);
    if (!found.ok) return showRefusal(c, parts, found.refusal);
    const { schema } = found.value;
    const version = await versionOf(schemaFields(found.value));
    const open = schema?.additionalProperties ?? true;
    return showForm(c, parts, found.value, { type, version, open, rows: withBlanks(rowsOf(schema)) }, null);
  });
  // Addresses of forms that were sent, when they are asked for by themselves.
  for (const path of ["/check", "/more"]) pages.get(path, (c) => c.redirect("/settings/configuration", 303));
  pages.post("/check", needs, async (c) => {
    const typed = readTyped(await readForm(c));
    const read = readSchema(typed);
    return showTyped(c, parts, typed, read.ok ? null : read.refusal, 200);
  });
  pages.post("/more", needs, async (c) => {
    const typed = readTyped(await readForm(c));
    return showTyped(c, parts, { ...typed, rows: withBlanks(typed.rows) }, null, 200);
  });
  pages.post("/", needs, async (c) => {
    const form = await readForm(c);
    const typed = readTyped(form);
    const read = readSchema(typed);
    const set = read.ok
      ? await configLayers.setSchema(c.get("scope"), typed.type, read.value, versionOfForm(form))
      : read;
    if (!set.ok) return showTyped(c, parts, typed, set.refusal, 422);
    const back = `/settings/configuration?type=${encodeURIComponent(typed.type)}`;
    return redirectTelling(c, parts, back, { kind: "config.schema", name: typed.type });
  });
  return pages;
}

async function showTyped(
  c: Context<AppEnv>,
  parts: Parts,
  typed: Typed,
  refusal: Refusal | null,
  badFields: 200 | 422,
): Promise<Response> {
  const found = await parts.configLayers.schema(c.get("scope"), typed.type);
  if (!found.ok) return showRefusal(c, parts, found.refusal);
  return showForm(c, parts, found.value, typed, refusal, badFields);
}

function showForm(
  c: Context<AppEnv>,
  parts: Parts,
  of: TypeSchema,
  { version, open, rows }: Typed,
  refusal: Refusal | null,
  badFields: 200 | 422 = 422,
): Promise<Response> {
  const names = rows.flatMap((_, index) => SCHEMA_COLUMNS.map((column) => `${column}.${index}`));
  const problem =
    refusal === null ? { errors: [], problem: null } : formProblem(atRows(refusal, rows), names);
  const status = refusal === null ? 200 : formStatus(refusal);
  const view = configSchemaPage({ of, rows, open, version, ...problem });
  return show(c, parts, view, status === 422 ? badFields : status);
}

function readTyped(form: Readonly<Record<string, string>>): Typed {
  const count = Math.min(
    SETTINGS_MAX + EMPTY_ROWS,
    /^\d{1,3}$/.test(form.rows ?? "") ? Number(form.rows) : 0,
  );
  const rows = Array.from({ length: count }, (_, index) => {
    const cells = SCHEMA_COLUMNS.map((column) => [column, form[`${column}.${index}`]?.trim() ?? ""]);
    return Object.fromEntries(cells) as SchemaRow;
  });
  return {
    type: (form.type ?? "").slice(0, 100),
    version: form.version ?? "",
    open: form.open === "true",
    rows,
  };
}

/** The schema that the rows are; null where all were emptied. */
function readSchema({ type, open, rows }: Typed): Result<SettingsSchema | null> {
  if (type === "") return refuseField("name.0", "must name a type");
  const used = rows.filter(({ name }) => name !== "");
  if (used.length === 0) return accept(null);
  const twice = rows.findIndex(
    ({ name }, index) => name !== "" && rows.findIndex((row) => row.name === name) < index,
  );
  if (twice >= 0) return refuseField(`name.${twice}`, "is the name of another setting above");
  const properties = Object.fromEntries(used.map((row) => [row.name, settingOf(row)]));
  const read = check(settingsSchemaInputSchema, { schema: { properties, additionalProperties: open } });
  return read.ok ? accept(read.value.schema) : read;
}

/** Bounds are of the value for numbers, and of its length for texts. */
const LENGTHS = { minLength: "minimum", maxLength: "maximum" } as const;

/** Its keywords; what is no number stays a text, which is refused by its name. */
function settingOf({ name: _, type, enum: choices, default: usual, minimum, maximum, ...texts }: SchemaRow) {
  const value = (text: string): unknown => {
    if (type === "string") return text;
    if (type === "boolean") return text === "true" || (text === "false" ? false : text);
    return numberOf(text);
  };
  const [least, most] = [minimum && numberOf(minimum), maximum && numberOf(maximum)];
  const keywords = {
    ...texts,
    ...(type === "string" ? { minLength: least, maxLength: most } : { minimum: least, maximum: most }),
    enum: choices
      .split("\n")
      .map((choice) => choice.trim())
      .filter(Boolean)
      .map(value),
    default: usual && value(usual),
  };
  const given = Object.entries(keywords).filter(
    ([, is]) => is !== "" && (!Array.isArray(is) || is.length > 0),
  );
  return { type, ...Object.fromEntries(given) };
}

function numberOf(text: string): unknown {
  const number = Number(text.replace(",", "."));
  return Number.isFinite(number) ? number : text;
}

function rowsOf(schema: SettingsSchema | null): SchemaRow[] {
  const text = (value: unknown) => (value === undefined ? "" : String(value));
  return Object.entries(schema?.properties ?? {}).map(([name, setting]) => ({
    ...{ name, type: setting.type, title: text(setting.title) },
    ...{ description: text(setting.description), unit: text(setting.unit) },
    ...{ minimum: text(setting.minimum ?? setting.minLength), default: text(setting.default) },
    maximum: text(setting.maximum ?? setting.maxLength),
    enum: (setting.enum ?? []).map(String).join("\n"),
  }));
}

const withBlanks = (rows: SchemaRow[]): SchemaRow[] => [
  ...rows,
  ...Array.from({ length: EMPTY_ROWS }, () => ({ ...BLANK, type: "string" })),
];

/** What the schema complains about (`schema.properties.<name>.<keyword>`), at its row. */
function atRows(refusal: Refusal, rows: readonly SchemaRow[]): Refusal {
  const errors = (refusal.errors ?? []).map(({ path, message }): FieldError => {
    const found = rows.findIndex(
      ({ name }) => name !== "" && `${path}.`.startsWith(`schema.properties.${name}.`),
    );
    if (found < 0) return { path, message };
    const keyword = path.slice(`schema.properties.${rows[found]!.name}.`.length).split(".")[0] ?? "";
    const as = keyword in LENGTHS ? LENGTHS[keyword as keyof typeof LENGTHS] : keyword;
    const column = SCHEMA_COLUMNS.find((one) => one === as) ?? "name";
    return { path: `${column}.${found}`, message };
  });
  return refuse(refusal.code, refusal.detail, errors).refusal;
}
