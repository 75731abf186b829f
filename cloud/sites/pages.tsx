import { type Context, Hono } from "hono";
import { labelTexts } from "../../protocol/labels/texts.ts";
import { type Site, type SiteInput, siteFormSchema, siteQuerySchema } from "../../protocol/sites/site.ts";
import { check } from "../../protocol/validate.ts";
import { deletedSitesPage, type SiteFormValues, siteFormPage, siteListPage, sitePage } from "../../ui/ui.ts";
import type { Devices } from "../devices/devices.ts";
import type { Gateways } from "../gateways/gateways.ts";
import type { AppEnv } from "../http/env.ts";
import type { FormChecks } from "../http/form-checks.ts";
import { showMerge, versionOfForm } from "../http/merge-pages.ts";
import { redirectTelling } from "../http/notice-pages.ts";
import { pageNeeds } from "../http/page-needs.ts";
import {
  formProblem,
  formStatus,
  pageWords,
  readForm,
  readListQuery,
  type ShowParts,
  show,
  showRefusal,
} from "../http/show.ts";
import { pick, versionOf } from "../http/versions.ts";
import { type Sites, siteFields } from "./sites.ts";

type Parts = ShowParts & { sites: Sites; devices: Devices; gateways: Gateways };

/** Devices of a site on its page; the list of devices has the rest. */
const DEVICES_SHOWN = 100;
const FIELDS = [
  ...(["name", "address", "timeZone", "description", "latitude", "longitude"] as const),
  ...(["tags", "customAttributes"] as const),
];

export const SITE_CHECKS: FormChecks = {
  site: (form) => check(siteFormSchema, toInput(toValues(form))),
};

/** `/sites`, behind a scope. */
export function sitePages(parts: Parts): Hono<AppEnv> {
  const { sites } = parts;
  const pages = new Hono<AppEnv>();

  pages.get("/", async (c) => {
    const scope = c.get("scope");
    const { query: given, after } = readListQuery(c);
    const query = check(siteQuerySchema, given);
    if (!query.ok) return showRefusal(c, parts, query.refusal);
    const found = await sites.list(scope, query.value);
    if (!found.ok) return showRefusal(c, parts, found.refusal);
    if (query.value.deleted === "true")
      return show(c, parts, deletedSitesPage({ sites: found.value, after }));
    const deleted = await sites.list(scope, { deleted: "true", limit: 1 });
    if (!deleted.ok) return showRefusal(c, parts, deleted.refusal);
    const choices = await sites.choices(scope);
    if (!choices.ok) return showRefusal(c, parts, choices.refusal);
    const view = siteListPage({
      sites: found.value,
      query: query.value,
      after,
      tags: choices.value.tags,
      deleted: deleted.value.total,
    });
    return show(c, parts, view);
  });

  pages.get("/new", pageNeeds(parts, "site:write"), (c) =>
    show(c, parts, formPage(null, emptyForm(), null, NO_PROBLEM)),
  );
  pages.post("/new", async (c) => {
    const values = toValues(await readForm(c));
    const input = check(siteFormSchema, toInput(values));
    const made = input.ok ? await sites.create(c.get("scope"), input.value) : input;
    if (made.ok) {
      const told = { kind: "site.created", name: made.value.name } as const;
      return redirectTelling(c, parts, `/sites/${made.value.id}`, told);
    }
    const view = formPage(null, values, null, formProblem(made.refusal, FIELDS));
    return show(c, parts, view, formStatus(made.refusal));
  });

  pages.get("/:id", async (c) => {
    const scope = c.get("scope");
    const id = c.req.param("id");
    const site = await sites.get(scope, id);
    if (!site.ok) return showRefusal(c, parts, site.refusal);
    // Of a site that may be seen, its page shows what of the rest may be seen too.
    const devices = await parts.devices.list(scope, { site: id, limit: DEVICES_SHOWN });
    const gateways = await parts.gateways.list(scope, { site: id, limit: DEVICES_SHOWN });
    const known = gateways.ok ? gateways.value.items : [];
    const view = sitePage({
      site: site.value,
      devices: devices.ok ? devices.value : null,
      gateways: known.filter((gateway) => !gateway.revoked),
    });
    return show(c, parts, view);
  });
  pages.get("/:id/edit", pageNeeds(parts, "site:write"), async (c) => {
    const site = await sites.get(c.get("scope"), c.req.param("id"));
    if (!site.ok) return showRefusal(c, parts, site.refusal);
    const version = await versionOf(siteFields(site.value));
    return show(c, parts, formPage(site.value, formOf(site.value), version, NO_PROBLEM));
  });
  pages.post("/:id/edit", async (c) => {
    const site = await sites.get(c.get("scope"), c.req.param("id"));
    if (!site.ok) return showRefusal(c, parts, site.refusal);
    const form = await readForm(c);
    const values = toValues(form);
    const input = check(siteFormSchema, toInput(values));
    if (!input.ok) {
      const view = formPage(site.value, values, form.version ?? null, formProblem(input.refusal, FIELDS));
      return show(c, parts, view, formStatus(input.refusal));
    }
    const { id } = site.value;
    const changed = await sites.update(c.get("scope"), id, input.value, versionOfForm(form));
    if (changed.ok) {
      return redirectTelling(c, parts, `/sites/${id}`, { kind: "site.saved", name: changed.value.name });
    }
    if (changed.refusal.code === "record.changed") {
      return showSiteMerge(c, parts, { values, input: input.value, version: form.version ?? "" });
    }
    const view = formPage(site.value, values, form.version ?? null, formProblem(changed.refusal, FIELDS));
    return show(c, parts, view, formStatus(changed.refusal));
  });
  pages.post("/:id/remove", async (c) => {
    const id = c.req.param("id");
    const site = await sites.get(c.get("scope"), id);
    const removed = await sites.remove(c.get("scope"), id);
    if (!removed.ok) return showRefusal(c, parts, removed.refusal);
    const name = site.ok ? site.value.name : "";
    return redirectTelling(c, parts, "/sites", { kind: "site.removed", name, id });
  });
  pages.post("/:id/restore", async (c) => {
    const restored = await sites.restore(c.get("scope"), c.req.param("id"));
    if (!restored.ok) return showRefusal(c, parts, restored.refusal);
    const { id, name } = restored.value;
    return redirectTelling(c, parts, `/sites/${id}`, { kind: "site.restored", name });
  });
  return pages;
}

const NO_PROBLEM = { errors: [], problem: null };

/** What the person typed beside what somebody else saved meanwhile. */
async function showSiteMerge(
  c: Context<AppEnv>,
  parts: Parts,
  yours: { values: SiteFormValues; input: SiteInput; version: string },
): Promise<Response> {
  const site = await parts.sites.get(c.get("scope"), c.req.param("id") ?? "");
  if (!site.ok) return showRefusal(c, parts, site.refusal);
  const { id, name } = site.value;
  const { sites } = pageWords(c);
  return showMerge(c, parts, {
    section: "sites",
    crumbs: [
      { label: sites.title, href: "/sites" },
      { label: name, href: `/sites/${id}` },
      { label: sites.edit },
    ],
    record: name,
    action: `/sites/${id}/edit`,
    cancel: `/sites/${id}`,
    labels: sites.fields,
    version: yours.version,
    yours: { fields: pick(yours.input, FIELDS), texts: { ...yours.values } },
    theirs: { fields: siteFields(site.value), texts: { ...formOf(site.value) } },
  });
}

function formPage(
  site: { id: string; name: string } | null,
  values: SiteFormValues,
  version: string | null,
  problem: ReturnType<typeof formProblem>,
) {
  return siteFormPage({ site, values, version, timeZones: Intl.supportedValuesOf("timeZone"), ...problem });
}

function emptyForm(): SiteFormValues {
  return { ...EMPTY, ...labelTexts({ tags: [], customAttributes: {} }) };
}

const EMPTY = { name: "", address: "", timeZone: "UTC", description: "", latitude: "", longitude: "" };

function formOf(site: Site): SiteFormValues {
  return {
    name: site.name,
    address: site.address,
    timeZone: site.timeZone,
    description: site.description,
    latitude: site.latitude?.toString() ?? "",
    longitude: site.longitude?.toString() ?? "",
    ...labelTexts(site),
  };
}

function toValues(form: Readonly<Record<string, string>>): SiteFormValues {
  return { ...emptyForm(), ...Object.fromEntries(FIELDS.map((field) => [field, form[field] ?? ""])) };
}

/** An empty coordinate is none; one that is no number is left for the schema to refuse. */
function toInput(values: SiteFormValues): Record<string, unknown> {
  const coordinate = (text: string) => (text.trim() === "" ? null : Number(text.trim().replace(",", ".")));
  return { ...values, latitude: coordinate(values.latitude), longitude: coordinate(values.longitude) };
}
