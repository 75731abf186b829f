import { type Context, Hono } from "hono";
import {
  type BulkTargets,
  bulkActionSchema,
  bulkTargetsSchema,
  deviceFilterSchema,
} from "../../protocol/devices/bulk.ts";
import type { Refusal } from "../../protocol/errors.ts";
import { check } from "../../protocol/validate.ts";
import { type DeviceBulkProps, deviceBulkPage } from "../../ui/ui.ts";
import type { AppEnv } from "../http/env.ts";
import type { FormChecks } from "../http/form-checks.ts";
import { redirectTelling } from "../http/notice-pages.ts";
import { formProblem, formStatus, type ShowParts, show, showRefusal } from "../http/show.ts";
import type { BulkChanges } from "./bulk.ts";

type Parts = ShowParts & { bulk: BulkChanges; publicOrigin: string };

const readAction = ({ kind = "", tag = "" }: Partial<Pick<BulkForm, "kind" | "tag">>) =>
  check(bulkActionSchema, kind.endsWith("-tag") ? { kind, tag } : { kind });

export const BULK_CHECKS: FormChecks = { "device-bulk": readAction };

/** `/devices/bulk`, behind a scope. */
export function bulkPages(parts: Parts): Hono<AppEnv> {
  const { bulk } = parts;
  const pages = new Hono<AppEnv>();

  // The address of a form that was sent, when it is asked for by itself.
  pages.get("/", (c) => c.redirect("/devices", 303));
  pages.get("/run", (c) => c.redirect("/devices", 303));

  pages.post("/", async (c) => {
    const form = await readBulkForm(c);
    if (form.scope === "picked" && form.ids.length === 0) return c.redirect(form.list, 303);
    return showForm(c, parts, form, null);
  });
  pages.post("/run", async (c) => {
    const scope = c.get("scope");
    const form = await readBulkForm(c);
    const targets = targetsOf(form);
    if (!targets.ok) return showRefusal(c, parts, targets.refusal);
    const action = readAction(form);
    if (!action.ok) return showForm(c, parts, form, inAction(action.refusal));
    const input = { targets: targets.value, action: action.value };
    const done = await bulk.run(scope, {
      ...input,
      ...(form.expected === null ? {} : { expected: form.expected }),
    });
    if (!done.ok) return showForm(c, parts, form, done.refusal);
    const { id, changed } = done.value;
    if (changed === 0) return redirectTelling(c, parts, form.list, { kind: "bulk.nothing" });
    const told = { kind: `bulk.${action.value.kind}`, name: String(changed), id } as const;
    return redirectTelling(c, parts, form.list, told);
  });
  pages.post("/:id/undo", async (c) => {
    const undone = await bulk.undo(c.get("scope"), c.req.param("id"));
    if (!undone.ok) return showRefusal(c, parts, undone.refusal);
    return redirectTelling(c, parts, "/devices", { kind: "bulk.undone", name: String(undone.value.changed) });
  });
  return pages;
}

interface BulkForm {
  scope: string;
  ids: string[];
  /** The address of the list it came from, with its filters. */
  list: string;
  filter: Record<string, string>;
  kind: string;
  tag: string;
  expected: number | null;
}

async function readBulkForm(c: Context<AppEnv>): Promise<BulkForm> {
  const form = await c.req.formData();
  const text = (name: string): string => {
    const value = form.get(name);
    return typeof value === "string" ? value : "";
  };
  const search = new URL(text("filter"), "http://list.invalid").searchParams;
  return {
    scope: text("scope"),
    ids: form.getAll("id").filter((id): id is string => typeof id === "string"),
    list: search.size === 0 ? "/devices" : `/devices?${search}`,
    filter: Object.fromEntries(search),
    kind: text("kind"),
    tag: text("tag"),
    expected: /^\d{1,9}$/.test(text("expected")) ? Number(text("expected")) : null,
  };
}

/** Picked devices count unless all are asked for; the form that runs it has ids only of picked ones. */
const targetsOf = ({ scope, ids, filter }: BulkForm) =>
  check(bulkTargetsSchema, scope !== "all" && ids.length > 0 ? { ids } : { filter });

/** What the schema of an action complains about is the form's tag. */
const inAction = (refusal: Refusal): Refusal => ({
  ...refusal,
  errors: refusal.errors?.map((error) => ({ ...error, path: `action.${error.path}` })) ?? [],
});

async function showForm(
  c: Context<AppEnv>,
  parts: Parts,
  form: BulkForm,
  refusal: Refusal | null,
): Promise<Response> {
  const targets = targetsOf(form);
  const filters = check(deviceFilterSchema, form.filter);
  if (!targets.ok) return showRefusal(c, parts, targets.refusal);
  if (!filters.ok) return showRefusal(c, parts, filters.refusal);
  const preview = await parts.bulk.preview(c.get("scope"), targets.value);
  if (!preview.ok) return showRefusal(c, parts, preview.refusal);
  const props: Omit<DeviceBulkProps, "errors" | "problem"> = {
    preview: preview.value,
    ids: idsOf(targets.value),
    filters: filters.value,
    chosen: { kind: form.kind, tag: form.tag },
  };
  if (refusal === null) return show(c, parts, deviceBulkPage({ ...props, errors: [], problem: null }));
  const view = deviceBulkPage({ ...props, ...formProblem(refusal, ["action"]) });
  return show(c, parts, view, formStatus(refusal));
}

const idsOf = ({ ids }: BulkTargets): readonly string[] | null => ids ?? null;
