import { type Context, Hono } from "hono";
import { siteInputSchema, siteQuerySchema } from "../../protocol/sites/site.ts";
import { check } from "../../protocol/validate.ts";
import { type SiteFormValues, siteFormPage, siteListPage, sitePage } from "../../ui/ui.ts";
import type { Devices } from "../devices/devices.ts";
import type { Gateways } from "../gateways/gateways.ts";
import type { AppEnv } from "../http/env.ts";
import {
  formProblem,
  formStatus,
  readForm,
  readListQuery,
  type ShowParts,
  show,
  showRefusal,
} from "../http/show.ts";
import type { Sites } from "./sites.ts";

type Parts = ShowParts & { sites: Sites; devices: Devices; gateways: Gateways };

/** Devices of a site on its page; the list of devices has the rest. */
const DEVICES_SHOWN = 100;
const FIELDS = ["name", "address", "timeZone", "description", "latitude", "longitude"] as const;

/** `/sites`, behind a scope. */
export function sitePages(parts: Parts): Hono<AppEnv> {
  const { sites } = parts;
  const pages = new Hono<AppEnv>();

  pages.get("/", async (c) => {
    const { query: given, after } = readListQuery(c);
    const query = check(siteQuerySchema, given);
    if (!query.ok) return showRefusal(c, parts, query.refusal);
    const found = await sites.list(c.get("scope"), query.value);
    if (!found.ok) return showRefusal(c, parts, found.refusal);
    return show(c, parts, siteListPage({ sites: found.value, query: query.value, after }));
  });

  pages.get("/new", (c) => show(c, parts, formPage(null, emptyForm(), NO_PROBLEM)));
  pages.post("/new", async (c) => {
    const values = await readSiteForm(c);
    const input = check(siteInputSchema, toInput(values));
    const made = input.ok ? await sites.create(c.get("scope"), input.value) : input;
    if (made.ok) return c.redirect(`/sites/${made.value.id}`, 303);
    const view = formPage(null, values, formProblem(made.refusal, FIELDS));
    return show(c, parts, view, formStatus(made.refusal));
  });

  pages.get("/:id", (c) => sitePageOf(c, parts, null));
  pages.get("/:id/edit", async (c) => {
    const site = await sites.get(c.get("scope"), c.req.param("id"));
    if (!site.ok) return showRefusal(c, parts, site.refusal);
    return show(c, parts, formPage(site.value, formOf(site.value), NO_PROBLEM));
  });
  pages.post("/:id/edit", async (c) => {
    const site = await sites.get(c.get("scope"), c.req.param("id"));
    if (!site.ok) return showRefusal(c, parts, site.refusal);
    const values = await readSiteForm(c);
    const input = check(siteInputSchema, toInput(values));
    const changed = input.ok ? await sites.update(c.get("scope"), site.value.id, input.value) : input;
    if (changed.ok) return c.redirect(`/sites/${site.value.id}`, 303);
    const view = formPage(site.value, values, formProblem(changed.refusal, FIELDS));
    return show(c, parts, view, formStatus(changed.refusal));
  });
  pages.post("/:id/remove", async (c) => {
    const removed = await sites.remove(c.get("scope"), c.req.param("id"));
    if (removed.ok) return c.redirect("/sites", 303);
    if (removed.refusal.code === "record.not-found") return showRefusal(c, parts, removed.refusal);
    return sitePageOf(c, parts, { title: "The site was not removed", text: `${removed.refusal.detail}.` });
  });
  return pages;
}

const NO_PROBLEM = { errors: [], problem: null };

async function sitePageOf(
  c: Context<AppEnv>,
  parts: Parts,
  problem: { title: string; text: string } | null,
): Promise<Response> {
  const scope = c.get("scope");
  const id = c.req.param("id") ?? "";
  const site = await parts.sites.get(scope, id);
  if (!site.ok) return showRefusal(c, parts, site.refusal);
  const devices = await parts.devices.list(scope, { site: id, limit: DEVICES_SHOWN });
  const gateways = await parts.gateways.list(scope, { site: id, limit: DEVICES_SHOWN });
  if (!devices.ok) return showRefusal(c, parts, devices.refusal);
  if (!gateways.ok) return showRefusal(c, parts, gateways.refusal);
  const serving = gateways.value.items.filter((gateway) => !gateway.revoked);
  const view = sitePage({ site: site.value, devices: devices.value, gateways: serving, problem });
  return show(c, parts, view, problem === null ? 200 : 409);
}

function formPage(
  site: { id: string; name: string } | null,
  values: SiteFormValues,
  problem: ReturnType<typeof formProblem>,
) {
  return siteFormPage({ site, values, timeZones: Intl.supportedValuesOf("timeZone"), ...problem });
}

function emptyForm(): SiteFormValues {
  return { name: "", address: "", timeZone: "UTC", description: "", latitude: "", longitude: "" };
}

function formOf(
  site: Omit<SiteFormValues, "latitude" | "longitude"> & Record<"latitude" | "longitude", number | null>,
) {
  return {
    name: site.name,
    address: site.address,
    timeZone: site.timeZone,
    description: site.description,
    latitude: site.latitude?.toString() ?? "",
    longitude: site.longitude?.toString() ?? "",
  };
}

async function readSiteForm(c: Context<AppEnv>): Promise<SiteFormValues> {
  const form = await readForm(c);
  return { ...emptyForm(), ...Object.fromEntries(FIELDS.map((field) => [field, form[field] ?? ""])) };
}

/** An empty coordinate is none; one that is no number is left for the schema to refuse. */
function toInput(values: SiteFormValues): Record<string, unknown> {
  const coordinate = (text: string) => (text.trim() === "" ? null : Number(text.trim().replace(",", ".")));
  return { ...values, latitude: coordinate(values.latitude), longitude: coordinate(values.longitude) };
}
