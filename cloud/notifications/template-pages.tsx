import { type Context, Hono } from "hono";
import { toTimestamp } from "../../protocol/api/list.ts";
import type { Refusal } from "../../protocol/errors.ts";
import { type Message, messageSchema } from "../../protocol/notifications/message.ts";
import { type Preview, previewInputSchema } from "../../protocol/notifications/notification.ts";
import { BUILT_IN_VARIABLES, placeholdersIn } from "../../protocol/notifications/placeholders.ts";
import { statsQuerySchema } from "../../protocol/notifications/statistics.ts";
import {
  languageTagSchema,
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
const HOME = "/notifications/templates";

/** `/notifications/statistics`, behind a scope. */
export function statisticsPages(parts: Parts): Hono<AppEnv> {
  return new Hono<AppEnv>().get("/", async (c) => {
    const range = STATISTICS_RANGES.find((days) => days === c.req.query("range")) ?? "7";
    const toMs = parts.nowMs();
    const from = toTimestamp(toMs - Number(range) * DAY);
    const withSimulated = c.req.query("provenance") === "all";
    const provenance = withSimulated ? "all" : "real";
    const query = check(statsQuerySchema, { from, to: toTimestamp(toMs), provenance });
    const stats = query.ok ? await parts.notifications.stats(c.get("scope"), query.value) : query;
    return stats.ok
      ? show(c, parts, statisticsPage({ stats: stats.value, range, withSimulated }))
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
  // Asked for again by its address alone.
  pages.get("/:id/preview", (c) => c.redirect(`${HOME}/${c.req.param("id")}`, 303));
  pages.post("/new/preview", needs, async (c) => {
    const form = await readForm(c);
    const input = check(templateInputSchema, toInput(form, null));
    return showForm(c, parts, null, form, input.ok ? null : input.refusal, true);
  });
  pages.post("/:id/preview", needs, async (c) => {
    const before = await notifications.template(c.get("scope"), c.req.param("id"));
    if (!before.ok) return showRefusal(c, parts, before.refusal);
    const form = await readForm(c);
    const input = check(templateInputSchema, toInput(form, before.value));
    return showForm(c, parts, before.value, form, input.ok ? null : input.refusal, true);
  });
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
    const shown = c.req.query("language") ?? found.value.language;
    return showForm(c, parts, found.value, { ...valuesOf(found.value), shown }, null);
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

/** How what is in the form looks in the language that is asked for; null while it says nothing, and for who may not send it. */
async function previewOf(
  c: Context<AppEnv>,
  { notifications }: Parts,
  template: Template | null,
  form: Form,
): Promise<{ of: Preview; languages: string[]; shown: string } | null> {
  const { messages, variables } = toInput(form, template);
  const written = Object.entries(messages).filter(
    ([tag, { title }]) => check(languageTagSchema, tag).ok && title !== "",
  );
  const [tag, wording] = written.find(([one]) => one === form.shown) ?? written[0] ?? [];
  const checked = check(messageSchema, wording);
  if (tag === undefined || !checked.ok) return null;
  const message = checked.value;
  const given = new Map(variables.map((one) => [one.name, one.default]));
  const places = placeholdersIn(message).filter((name) => !BUILT_IN_VARIABLES.some((own) => own === name));
  const input = check(previewInputSchema, {
    message,
    variables: Object.fromEntries(places.map((name) => [name, given.get(name) ?? `‹${name}›`])),
  });
  const preview = input.ok ? await notifications.preview(c.get("scope"), input.value) : input;
  return preview.ok ? { of: preview.value, languages: written.map(([one]) => one), shown: tag } : null;
}

/** `filling`: what is wrong with it is what was asked, and no failure. */
async function showForm(
  c: Context<AppEnv>,
  parts: Parts,
  template: Template | null,
  form: Form,
  refusal: Refusal | null,
  filling = false,
): Promise<Response> {
  const problem =
    refusal === null
      ? { errors: [], problem: null }
      : formProblem(atFields(refusal, form), Object.keys(form));
  const preview = await previewOf(c, parts, template, form);
  const view = templatePage({
    ...{ template, preview, errors: problem.errors, problem: filling ? null : problem.problem },
    values: { ...form, ...(preview === null ? {} : { shown: preview.shown }) },
  });
  return show(c, parts, view, refusal === null || filling ? 200 : formStatus(refusal));
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

/** Of a template, not checked yet. */
interface Written {
  name: string;
  description: string;
  language: string;
  messages: Record<string, Partial<Message> & { title: string }>;
  variables: { name: string; default?: string }[];
}

/** What the form does not show of the template (languages beyond it, buttons, a picture) stays as it was. */
function toInput(form: Form, before: Template | null): Written {
  const text = (name: string) => form[name]?.trim() ?? "";
  const shown = new Set(before === null ? [] : Object.values(valuesOf(before)));
  const kept = Object.entries(before?.messages ?? {}).filter(([tag]) => !shown.has(tag));
  const written = languagesIn(form).map((number) => {
    const tag = text(`language.${number}`);
    const { link: _link, ...rest } = before?.messages[tag] ?? {};
    const link = text(`link.${number}`);
    const said = { title: text(`title.${number}`), body: text(`body.${number}`) };
    return [tag, { ...rest, ...said, ...(link === "" ? {} : { link }) }] as const;
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
