import { type Context, Hono } from "hono";
import type { Refusal } from "../../protocol/errors.ts";
import {
  RETENTION_FIELDS,
  type Retention,
  retentionPatchSchema,
} from "../../protocol/telemetry/retention.ts";
import { check } from "../../protocol/validate.ts";
import { type RetentionFormValues, retentionPage } from "../../ui/ui.ts";
import { mayDo } from "../accounts/scope.ts";
import type { AppEnv } from "../http/env.ts";
import type { FormChecks } from "../http/form-checks.ts";
import { showMerge, versionOfForm } from "../http/merge-pages.ts";
import { redirectTelling } from "../http/notice-pages.ts";
import {
  formProblem,
  formStatus,
  pageWords,
  readForm,
  type ShowParts,
  show,
  showRefusal,
} from "../http/show.ts";
import { pick, versionOf } from "../http/versions.ts";
import type { Retentions } from "./retention.ts";

type Parts = ShowParts & { retentions: Pick<Retentions, "get" | "change"> };

const FIELDS = ["rawDays", "keepDays"];

export const RETENTION_CHECKS: FormChecks = { retention: readRetention };

/** `/settings/telemetry`, behind a scope. */
export function retentionPages(parts: Parts): Hono<AppEnv> {
  const { retentions } = parts;
  const pages = new Hono<AppEnv>();

  const showForm = async (
    c: Context<AppEnv>,
    more: { values?: RetentionFormValues; version?: string; refusal?: Refusal } = {},
  ) => {
    const scope = c.get("scope");
    const retention = await retentions.get(scope);
    if (!retention.ok) return showRefusal(c, parts, retention.refusal);
    const { refusal } = more;
    const problem = refusal === undefined ? { errors: [], problem: null } : formProblem(refusal, FIELDS);
    const view = retentionPage({
      organization: c.get("me").organization.name,
      values: more.values ?? valuesOf(retention.value),
      version: more.version ?? (await versionOf(pick(retention.value, RETENTION_FIELDS))),
      isDefault: retention.value.isDefault,
      mayWrite: mayDo(scope, "organization:write"),
      ...problem,
    });
    return show(c, parts, view, refusal === undefined ? 200 : formStatus(refusal));
  };
  pages.get("/", (c) => showForm(c));
  pages.post("/", async (c) => {
    const form = await readForm(c);
    const { rawDays = "", keepDays = "", version = "" } = form;
    const values = { rawDays, keepDays };
    const input = readRetention(values);
    if (!input.ok) return showForm(c, { values, version, refusal: input.refusal });
    const changed = await retentions.change(c.get("scope"), input.value, versionOfForm(form));
    if (changed.ok) return redirectTelling(c, parts, "/settings/telemetry", { kind: "retention.saved" });
    if (changed.refusal.code !== "record.changed")
      return showForm(c, { values, version, refusal: changed.refusal });
    const now = await retentions.get(c.get("scope"));
    if (!now.ok) return showRefusal(c, parts, now.refusal);
    const { settings } = pageWords(c);
    return showMerge(c, parts, {
      section: "settings",
      crumbs: [{ label: settings.settings, href: "/settings" }, { label: settings.retention }],
      record: settings.telemetry.title,
      action: "/settings/telemetry",
      cancel: "/settings/telemetry",
      labels: { rawDays: settings.telemetry.rawDays, keepDays: settings.telemetry.keepDays },
      version,
      yours: { fields: input.value, texts: values },
      theirs: { fields: pick(now.value, RETENTION_FIELDS), texts: { ...valuesOf(now.value) } },
    });
  });
  return pages;
}

function valuesOf({ rawDays, keepDays }: Retention): RetentionFormValues {
  return { rawDays: String(rawDays), keepDays: String(keepDays) };
}

function readRetention({ rawDays = "", keepDays = "" }: Readonly<Record<string, string>>) {
  return check(retentionPatchSchema, { rawDays: daysOf(rawDays), keepDays: daysOf(keepDays) });
}

/** What is no number is left as it is: the schema says what is wrong with it. */
function daysOf(text: string): unknown {
  return /^-?\d{1,9}$/.test(text.trim()) ? Number(text) : text;
}
