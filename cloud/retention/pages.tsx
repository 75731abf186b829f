import { type Context, Hono } from "hono";
import type { Refusal } from "../../protocol/errors.ts";
import { type Retention, retentionPatchSchema } from "../../protocol/telemetry/retention.ts";
import { check } from "../../protocol/validate.ts";
import { type RetentionFormValues, retentionPage } from "../../ui/ui.ts";
import { mayDo } from "../accounts/scope.ts";
import type { AppEnv } from "../http/env.ts";
import { formProblem, formStatus, readForm, type ShowParts, show, showRefusal } from "../http/show.ts";
import type { Retentions } from "./retention.ts";

type Parts = ShowParts & { retentions: Pick<Retentions, "get" | "change"> };

const FIELDS = ["rawDays", "keepDays"] as const;

/** `/settings/telemetry`, behind a scope. */
export function retentionPages(parts: Parts): Hono<AppEnv> {
  const { retentions } = parts;
  const pages = new Hono<AppEnv>();

  const showForm = async (
    c: Context<AppEnv>,
    more: { values?: RetentionFormValues; refusal?: Refusal; saved?: boolean } = {},
  ) => {
    const scope = c.get("scope");
    const retention = await retentions.get(scope);
    if (!retention.ok) return showRefusal(c, parts, retention.refusal);
    const { refusal } = more;
    const problem = refusal === undefined ? { errors: [], problem: null } : formProblem(refusal, FIELDS);
    const view = retentionPage({
      organization: c.get("me").organization.name,
      values: more.values ?? valuesOf(retention.value),
      isDefault: retention.value.isDefault,
      saved: more.saved ?? false,
      mayWrite: mayDo(scope, "organization:write"),
      ...problem,
    });
    return show(c, parts, view, refusal === undefined ? 200 : formStatus(refusal));
  };
  pages.get("/", (c) => showForm(c, { saved: c.req.query("saved") === "" }));
  pages.post("/", async (c) => {
    const { rawDays = "", keepDays = "" } = await readForm(c);
    const values = { rawDays, keepDays };
    const input = check(retentionPatchSchema, { rawDays: daysOf(rawDays), keepDays: daysOf(keepDays) });
    const changed = input.ok ? await retentions.change(c.get("scope"), input.value) : input;
    if (changed.ok) return c.redirect("/settings/telemetry?saved", 303);
    return showForm(c, { values, refusal: changed.refusal });
  });
  return pages;
}

function valuesOf({ rawDays, keepDays }: Retention): RetentionFormValues {
  return { rawDays: String(rawDays), keepDays: String(keepDays) };
}

/** What is no number is left as it is: the schema says what is wrong with it. */
function daysOf(text: string): unknown {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : text;
}
