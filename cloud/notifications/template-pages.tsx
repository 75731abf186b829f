import { type Context, Hono } from "hono";
import { toTimestamp } from "../../protocol/api/list.ts";
import type { Refusal } from "../../protocol/errors.ts";
import { type Preview, previewInputSchema } from "../../protocol/notifications/notification.ts";
import { statsQuerySchema } from "../../protocol/notifications/statistics.ts";
import {
  type Template,
  templateInputSchema,
  templateQuerySchema,
} from "../../protocol/notifications/template.ts";
import { DAY } from "../../protocol/units.ts";
import { check } from "../../protocol/validate.ts";
import {
  STATISTICS_RANGES,
  statisticsPage,
  TEMPLATE_LANGUAGES,
  templateListPage,
  templatePage,
} from "../../ui/ui.ts";
import type { AppEnv } from "../http/env.ts";
import { redirectTelling } from "../http/notice-pages.ts";
import { pageNeeds } from "../http/page-needs.ts";
import {
  formProblem,
  formStatus,
  readForm,
  readListQuery,
  type ShowParts,
  show,
  showRefusal,
} from "../http/show.ts";
import { readLines } from "./composer-input.ts";
import type { Notifications } from "./notifications.ts";

type Parts = ShowParts & { notifications: Notifications };
type Form = Record<string, string>;
interface TemplatePreview {
  of: Preview;
  language: string;
  languages: readonly string[];
}
const HOME = "/notifications/templates";

/** `/notifications/statistics`, behind a scope. */
export function statisticsPages(parts: Parts): Hono<AppEnv> {
  return new Hono<AppEnv>().get("/", async (c) => {
    const range = STATISTICS_RANGES.find((days) => days === c.req.query("range")) ?? "7";
    const toMs = parts.nowMs();
    const from = toTimestamp(toMs - Number(range) * DAY);
    const query = check(statsQuerySchema, { from, to: toTimestamp(toMs) });
    const stats = query.ok ? await parts.notifications.stats(c.get("scope"), query.value) : query;
    return stats.ok
      ? show(c, parts, statisticsPage({ stats: stats.value, range }))
      : showRefusal(c, parts, stats.refusal);
  });
}

/** `/notifications/templates`, behind a scope. */
export function templatePages(parts: Parts): Hono<AppEnv> {
  const { notifications } = parts;
  const pages = new Hono<AppEnv>();
  const needs = pageNeeds(parts, "notification:send");

  pages.get("/", async (c) => {
    const { query: given, after } = readListQuery(c);
    const query = check(templateQuerySchema, given);
    if (!query.ok) return showRefusal(c, parts, query.refusal);
    const found = await notifications.templates(c.get("scope"), query.value);
    if (!found.ok) return showRefusal(c, parts, found.refusal);
    return show(c, parts, templateListPage({ templates: found.value, query: query.value, after }));
  });
  pages.get("/new", needs, (c) => showForm(c, parts, null, { "language.1": "en", "language.2": "de" }, null));
  pages.post("/new", needs, async (c) => {
    const form = await readForm(c);
    const input = check(templateInputSchema, toInput(form, null));
    const made = input.ok ? await notifications.createTemplate(c.get("scope"), input.value) : input;
    if (!made.ok) return showForm(c, parts, null, form, made.refusal);
    return redirectTelling(c, parts, HOME, { kind: "template.saved", name: made.value.name });
  });
  pages.get("/:id", async (c) => {
    const found = await notifications.template(c.get("scope"), c.req.param("id"));
    if (!found.ok) return showRefusal(c, parts, found.refusal);
    return showForm(
      c,
      parts,
      found.value,
      valuesOf(found.value),
      null,
      await previewOf(c, parts, found.value),
    );
  });
  pages.post("/:id", needs, async (c) => {
    const [scope, id] = [c.get("scope"), c.req.param("id")];
    const before = await notifications.template(scope, id);
    if (!before.ok) return showRefusal(c, parts, before.refusal);
    const form = await readForm(c);
    const input = check(templateInputSchema, toInput(form, before.value));
    const saved = input.ok ? await notifications.updateTemplate(scope, id, input.value) : input;
    if (!saved.ok) return showForm(c, parts, before.value, form, saved.refusal);
    return redirectTelling(c, parts, HOME, { kind: "template.saved", name: saved.value.name });
  });
  pages.get("/:id/remove", (c) => c.redirect(HOME, 303));
  pages.post("/:id/remove", needs, async (c) => {
    const [scope, id] = [c.get("scope"), c.req.param("id")];
    const found = await notifications.template(scope, id);
    const removed = found.ok ? await notifications.removeTemplate(scope, id) : found;
    if (!removed.ok || !found.ok) return showRefusal(c, parts, (removed as { refusal: Refusal }).refusal);
    return redirectTelling(c, parts, HOME, { kind: "template.removed", name: found.value.name });
  });
  return pages;
}

/** How it looks in the language that is asked for, or in its own; null for who may not send it. */
async function previewOf(
  c: Context<AppEnv>,
  { notifications }: Parts,
  { id, language: own, messages, variables }: Template,
): Promise<TemplatePreview | null> {
  const languages = Object.keys(messages);
  const language = languages.find((one) => one === c.req.query("language")) ?? own;
  const unfilled = variables.filter((one) => one.default === undefined);
  const input = check(previewInputSchema, {
    ...{ template: id, language },
    variables: Object.fromEntries(unfilled.map(({ name }) => [name, `‹${name}›`])),
  });
  const preview = input.ok ? await notifications.preview(c.get("scope"), input.value) : input;
  return preview.ok ? { of: preview.value, language, languages } : null;
}

function showForm(
  c: Context<AppEnv>,
  parts: Parts,
  template: Template | null,
  values: Form,
  refusal: Refusal | null,
  preview: TemplatePreview | null = null,
): Promise<Response> {
  const problem =
    refusal === null
      ? { errors: [], problem: null }
      : formProblem(atFields(refusal, values), Object.keys(values));
  const view = templatePage({ template, values, preview, ...problem });
  return show(c, parts, view, refusal === null ? 200 : formStatus(refusal));
}

/** Those of its languages that fit into the form; its own first. */
function valuesOf({ name, description, language, messages, variables }: Template): Form {
  const others = Object.keys(messages).filter((tag) => tag !== language);
  const tags = [language, ...others].slice(0, TEMPLATE_LANGUAGES.length);
  const texts = tags.flatMap((tag, index) => [
    [`language.${index + 1}`, tag],
    [`title.${index + 1}`, messages[tag]?.title ?? ""],
    [`body.${index + 1}`, messages[tag]?.body ?? ""],
    [`link.${index + 1}`, messages[tag]?.link ?? ""],
  ]);
  const lines = variables.map((one) => (one.default === undefined ? one.name : `${one.name}=${one.default}`));
  return { name, description, variables: lines.join("\n"), ...Object.fromEntries(texts) };
}

const languagesIn = (form: Form) =>
  TEMPLATE_LANGUAGES.filter((number) => (form[`title.${number}`] ?? "").trim() !== "" || number === "1");

/** What the form does not show of the template (languages beyond it, buttons, a picture) stays as it was. */
function toInput(form: Form, before: Template | null): Record<string, unknown> {
  const text = (name: string) => form[name]?.trim() ?? "";
  const shown = new Set(before === null ? [] : Object.values(valuesOf(before)));
  const kept = Object.entries(before?.messages ?? {}).filter(([tag]) => !shown.has(tag));
  const written = languagesIn(form).map((number) => {
    const tag = text(`language.${number}`);
    const { link: _link, ...rest } = before?.messages[tag] ?? {};
    const link = text(`link.${number}`);
    const said = { title: text(`title.${number}`), body: text(`body.${number}`) };
    return [tag, { ...rest, ...said, ...(link === "" ? {} : { link }) }];
  });
  const defaults = readLines(text("variables"));
  const given = new Set(
    text("variables")
      .split("\n")
      .filter((line) => line.includes("="))
      .map((line) => line.split("=")[0]?.trim()),
  );
  return {
    ...{ name: text("name"), description: text("description"), language: text("language.1") },
    messages: Object.fromEntries([...kept, ...written]),
    variables: Object.entries(defaults).map(([name, value]) =>
      given.has(name) ? { name, default: value } : { name },
    ),
  };
}

/** What the API complains about, at the field of the form it came from. */
function atFields(refusal: Refusal, form: Form): Refusal {
  const numberOf = (tag: string) =>
    TEMPLATE_LANGUAGES.find((number) => (form[`language.${number}`] ?? "").trim() === tag) ?? "1";
  const errors = (refusal.errors ?? []).map(({ path, message }) => {
    const [of, tag = "", field = "language"] = path.split(".");
    if (path === "language") return { path: "language.1", message };
    if (of === "messages") return { path: `${field}.${numberOf(tag)}`, message };
    return { path: of === "variables" ? "variables" : path, message };
  });
  return { ...refusal, errors };
}
