import { type Context, Hono } from "hono";
import { atFields, fieldOf, readSettingsForm } from "../../protocol/config/settings-form.ts";
import type { SettingsSchema } from "../../protocol/config/settings-schema.ts";
import {
  type DeviceDetail,
  deviceAddFormSchema,
  deviceFormSchema,
  deviceQuerySchema,
} from "../../protocol/devices/device.ts";
import type { Refusal } from "../../protocol/errors.ts";
import { labelTexts } from "../../protocol/labels/texts.ts";
import type { Series } from "../../protocol/telemetry/series.ts";
import { check } from "../../protocol/validate.ts";
import {
  type DeviceAddValues,
  type DeviceDetailsValues,
  deletedDevicesPage,
  deviceAddPage,
  deviceConfigPage,
  deviceListPage,
  devicePage,
  firstChart,
} from "../../ui/ui.ts";
import { type ConfigLayers, historyFrom } from "../config-layers/config-layers.ts";
import type { AppEnv } from "../http/env.ts";
import type { FormChecks } from "../http/form-checks.ts";
import { type LostUpdate, showMerge, versionOfForm } from "../http/merge-pages.ts";
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
import { versionOf } from "../http/versions.ts";
import type { Marks } from "../marks/marks.ts";
import type { Sites } from "../sites/sites.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import { configFields, type Devices, deviceFields } from "./devices.ts";

type Parts = ShowParts & {
  sites: Sites;
  devices: Devices;
  configLayers: Pick<ConfigLayers, "get" | "history">;
  telemetry: Telemetry;
  marks: Marks;
};

const NO_PROBLEM = { errors: [], problem: null };

export const DEVICE_CHECKS: FormChecks = {
  device: (form) => readAdded(addValues(form)),
  "device-details": ({ name = "", type = "", tags = "", customAttributes = "" }) =>
    check(deviceFormSchema, { name, type, tags, customAttributes }),
};

/** `/devices`, behind a scope. */
export function devicePages(parts: Parts): Hono<AppEnv> {
  const { devices, sites } = parts;
  const pages = new Hono<AppEnv>();

  pages.get("/", async (c) => {
    const scope = c.get("scope");
    const { query: given, after } = readListQuery(c);
    const query = check(deviceQuerySchema, given);
    if (!query.ok) return showRefusal(c, parts, query.refusal);
    const found = await devices.list(scope, query.value);
    if (!found.ok) return showRefusal(c, parts, found.refusal);
    if (query.value.deleted === "true")
      return show(c, parts, deletedDevicesPage({ devices: found.value, after }));
    const deleted = await devices.list(scope, { deleted: "true", limit: 1 });
    if (!deleted.ok) return showRefusal(c, parts, deleted.refusal);
    const choices = await devices.choices(scope);
    if (!choices.ok) return showRefusal(c, parts, choices.refusal);
    const view = deviceListPage({
      devices: found.value,
      query: query.value,
      after,
      choices: choices.value,
      deleted: deleted.value.total,
    });
    return show(c, parts, view);
  });

  pages.get("/new", pageNeeds(parts, "device:write"), (c) =>
    showAddForm(c, parts, { ...EMPTY, siteId: c.req.query("site") ?? "" }, null),
  );
  pages.post("/new", async (c) => {
    const values = addValues(await readForm(c));
    const input = readAdded(values);
    const made = input.ok ? await devices.create(c.get("scope"), input.value) : input;
    if (!made.ok) return showAddForm(c, parts, values, made.refusal);
    const told = { kind: "device.created", name: made.value.name } as const;
    return redirectTelling(c, parts, `/devices/${made.value.id}`, told);
  });

  pages.get("/:id", async (c) => {
    const scope = c.get("scope");
    let device = await devices.get(scope, c.req.param("id"));
    if (device.ok && device.value.latest.length === 0 && device.value.connectivity === "online") {
      // Its first readings may still be open at the gateway: asking for a series brings them up.
      await parts.telemetry.series(scope, device.value.id, { points: 1 });
      device = await devices.get(scope, device.value.id);
    }
    if (!device.ok) return showRefusal(c, parts, device.refusal);
    const site = await sites.get(scope, device.value.siteId);
    const timeZone = site.ok ? site.value.timeZone : null;
    const series = await keptSeries(c, parts, device.value);
    const marked = await parts.marks.list(scope, device.value.id, {});
    const marks = marked.ok ? marked.value.items : [];
    return show(c, parts, devicePage({ device: device.value, timeZone, series, marks }));
  });

  pages.get("/:id/configuration", async (c) => {
    const device = await devices.get(c.get("scope"), c.req.param("id"));
    if (!device.ok) return showRefusal(c, parts, device.refusal);
    const history = await historyOf(c, parts, device.value.id);
    if (!history.ok) return showRefusal(c, parts, history.refusal);
    const layer = await layerOf(c, parts, device.value.id);
    if (!layer.ok) return showRefusal(c, parts, layer.refusal);
    const view = deviceConfigPage({
      device: device.value,
      history: history.value,
      layer: layer.value,
      typed: null,
      details: detailsOf(device.value),
      versions: await versionsOf(device.value),
      ...NO_PROBLEM,
    });
    return show(c, parts, view);
  });
  pages.post("/:id/configuration", async (c) => {
    const form = await readForm(c);
    const { version = "" } = form;
    const id = c.req.param("id");
    const layer = await layerOf(c, parts, id);
    if (!layer.ok) return showRefusal(c, parts, layer.refusal);
    const input = readSettingsForm(layer.value.schema, form);
    if (!input.ok)
      return refusedForm(c, parts, input.refusal, { config: form, versions: { config: version } });
    const changed = await devices.setDesiredConfig(c.get("scope"), id, input.value, versionOfForm(form));
    if (changed.ok) {
      const told = { kind: "config.saved", name: changed.value.name } as const;
      return redirectTelling(c, parts, `/devices/${id}/configuration`, told);
    }
    if (changed.refusal.code !== "record.changed")
      return refusedForm(c, parts, changed.refusal, { config: form, versions: { config: version } });
    return showDeviceMerge(c, parts, version, (now) => ({
      action: "configuration",
      labels: { config: pageWords(c).devices.asJson },
      yours: { fields: { config: input.value }, texts: { config: JSON.stringify(input.value, null, 2) } },
      theirs: { fields: configFields(now.config), texts: { config: wantedText(now) } },
    }));
  });
  // The address of a form that was sent, when it is asked for by itself.
  pages.get("/:id/configuration/check", (c) => c.redirect(c.req.path.replace(/\/check$/, ""), 303));
  pages.post("/:id/configuration/check", pageNeeds(parts, "device:write"), async (c) => {
    const form = await readForm(c);
    const layer = await layerOf(c, parts, c.req.param("id"));
    if (!layer.ok) return showRefusal(c, parts, layer.refusal);
    const input = readSettingsForm(layer.value.schema, form);
    const versions = { config: form.version ?? "" };
    return refusedForm(c, parts, input.ok ? null : input.refusal, { config: form, versions }, 200);
  });
  pages.post("/:id/retire", async (c) => {
    const id = c.req.param("id");
    const retired = await devices.patch(c.get("scope"), id, { lifecycle: "retired" });
    if (!retired.ok) return showRefusal(c, parts, retired.refusal);
    return redirectTelling(c, parts, "/devices", { kind: "device.retired", name: retired.value.name, id });
  });
  pages.post("/:id/remove", async (c) => {
    const id = c.req.param("id");
    const device = await devices.get(c.get("scope"), id);
    const removed = await devices.remove(c.get("scope"), id);
    if (!removed.ok) return showRefusal(c, parts, removed.refusal);
    const name = device.ok ? device.value.name : "";
    return redirectTelling(c, parts, "/devices", { kind: "device.removed", name, id });
  });
  pages.post("/:id/restore", async (c) => {
    const id = c.req.param("id");
    const restored = await devices.restore(c.get("scope"), id);
    if (!restored.ok) return showRefusal(c, parts, restored.refusal);
    const told = { kind: "device.restored", name: restored.value.name } as const;
    return redirectTelling(c, parts, `/devices/${id}`, told);
  });
  pages.post("/:id/details", async (c) => {
    const form = await readForm(c);
    const { name = "", type = "", tags = "", customAttributes = "", version = "" } = form;
    const details = { name, type, tags, customAttributes };
    const input = check(deviceFormSchema, details);
    if (!input.ok) return refusedForm(c, parts, input.refusal, { details, versions: { details: version } });
    const id = c.req.param("id");
    const changed = await devices.patch(c.get("scope"), id, input.value, versionOfForm(form));
    if (changed.ok) {
      const told = { kind: "device.saved", name: changed.value.name } as const;
      return redirectTelling(c, parts, `/devices/${id}/configuration`, told);
    }
    if (changed.refusal.code !== "record.changed")
      return refusedForm(c, parts, changed.refusal, { details, versions: { details: version } });
    const words = pageWords(c);
    return showDeviceMerge(c, parts, version, (now) => ({
      action: "details",
      labels: { ...words.sites.fields, type: words.devices.type },
      yours: { fields: input.value, texts: details },
      theirs: { fields: deviceFields(now), texts: { ...detailsOf(now) } },
    }));
  });
  return pages;
}

/** Of what its chart begins with. Who may not see history has none. */
async function keptSeries(
  c: Context<AppEnv>,
  { nowMs, telemetry }: Parts,
  { id, latest, clockAheadMs }: DeviceDetail,
): Promise<Series | null> {
  const first = firstChart(latest);
  if (first === null) return null;
  const { metric, spanMs, points } = first;
  // By its own clock, as the chart has it.
  const toMs = nowMs() + (clockAheadMs ?? 0);
  const query = { metric, from: toMs - spanMs, to: toMs, points, kept: "true" } as const;
  const series = await telemetry.series(c.get("scope"), id, query);
  return series.ok ? series.value : null;
}

const EMPTY: DeviceAddValues = { siteId: "", key: "", name: "", type: "", tags: "", customAttributes: "" };
const ADD_FIELDS = Object.keys(EMPTY) as (keyof DeviceAddValues)[];

function addValues(form: Readonly<Record<string, string>>): DeviceAddValues {
  const values: DeviceAddValues = { ...EMPTY };
  for (const field of ADD_FIELDS) values[field] = form[field] ?? "";
  return values;
}

const readAdded = ({ name, type, ...rest }: DeviceAddValues) =>
  check(deviceAddFormSchema, { ...rest, ...said({ name, type }) });

/** Of fields those that are not left to the device. */
const said = (fields: Record<string, string>) =>
  Object.fromEntries(Object.entries(fields).filter(([, text]) => text.trim() !== ""));

async function showAddForm(
  c: Context<AppEnv>,
  parts: Parts,
  values: DeviceAddValues,
  refusal: Refusal | null,
): Promise<Response> {
  const scope = c.get("scope");
  const [choices, known] = await Promise.all([parts.devices.choices(scope), parts.sites.brief(scope)]);
  if (!choices.ok) return showRefusal(c, parts, choices.refusal);
  // Who may not read sites is not told which have a gateway, and is refused where there is none.
  const without = new Set(known.ok ? known.value.filter((site) => !site.hasGateway).map(({ id }) => id) : []);
  const { sites: all } = choices.value;
  const sites = all.filter(({ id }) => !without.has(id) || id === values.siteId);
  if (refusal === null) return show(c, parts, deviceAddPage({ sites, values, ...NO_PROBLEM }));
  const view = deviceAddPage({ sites, values, ...formProblem(refusal, ADD_FIELDS) });
  return show(c, parts, view, formStatus(refusal));
}

/** The page again, with what was typed and what is wrong with it. */
async function refusedForm(
  c: Context<AppEnv>,
  parts: Parts,
  refusal: Refusal | null,
  typed: {
    config?: Readonly<Record<string, string>>;
    details?: DeviceDetailsValues;
    versions: { config?: string; details?: string };
  },
  status?: 200,
): Promise<Response> {
  const device = await parts.devices.get(c.get("scope"), c.req.param("id") ?? "");
  if (!device.ok) return showRefusal(c, parts, device.refusal);
  const history = await historyOf(c, parts, device.value.id);
  if (!history.ok) return showRefusal(c, parts, history.refusal);
  const layer = await layerOf(c, parts, device.value.id);
  if (!layer.ok) return showRefusal(c, parts, layer.refusal);
  const view = deviceConfigPage({
    device: device.value,
    history: history.value,
    layer: layer.value,
    typed: typed.config ?? null,
    details: typed.details ?? detailsOf(device.value),
    versions: { ...(await versionsOf(device.value)), ...typed.versions },
    ...(refusal === null ? NO_PROBLEM : problemOf(refusal, layer.value.schema)),
  });
  return show(c, parts, view, status ?? (refusal === null ? 200 : formStatus(refusal)));
}

/** At the fields of the page's two forms. */
function problemOf(refusal: Refusal, schema: SettingsSchema | null) {
  const errors = atFields(schema, refusal.errors ?? []);
  const fields = Object.keys(schema?.properties ?? {}).map(fieldOf);
  return formProblem({ ...refusal, errors }, [
    ...fields,
    "config",
    "name",
    "type",
    "tags",
    "customAttributes",
  ]);
}

/** What is wanted of the device alone. */
const layerOf = (c: Context<AppEnv>, { configLayers }: Parts, id: string) =>
  configLayers.get(c.get("scope"), { level: "device", subject: id });

/** The newest versions of what is wanted of the device alone, or those before the one in the address. */
async function historyOf(c: Context<AppEnv>, { configLayers }: Parts, id: string) {
  const query = historyFrom(c.req.query("before"));
  return query.ok
    ? configLayers.history(c.get("scope"), { level: "device", subject: id }, query.value)
    : query;
}

async function versionsOf(device: DeviceDetail): Promise<{ config: string; details: string }> {
  return {
    config: await versionOf(configFields(device.config)),
    details: await versionOf(deviceFields(device)),
  };
}

/** What the person typed into one of the page's forms beside what somebody else saved meanwhile. */
async function showDeviceMerge(
  c: Context<AppEnv>,
  parts: Parts,
  version: string,
  edit: (now: DeviceDetail) => Pick<LostUpdate, "action" | "labels" | "yours" | "theirs">,
): Promise<Response> {
  const device = await parts.devices.get(c.get("scope"), c.req.param("id") ?? "");
  if (!device.ok) return showRefusal(c, parts, device.refusal);
  const { id, name } = device.value;
  const lost = edit(device.value);
  const { devices: words } = pageWords(c);
  return showMerge(c, parts, {
    section: "devices",
    crumbs: [
      { label: words.title, href: "/devices" },
      { label: name, href: `/devices/${id}` },
      { label: words.tabs.configuration, href: `/devices/${id}/configuration` },
    ],
    record: name,
    ...lost,
    action: `/devices/${id}/${lost.action}`,
    cancel: `/devices/${id}/configuration`,
    version,
  });
}

/** What the form of its details starts from. */
const detailsOf = (device: DeviceDetail): DeviceDetailsValues => ({
  name: device.name,
  type: device.type,
  ...labelTexts(device),
});

/** What the form starts from: what is wanted of the device alone; what it has, where nothing is wanted of it at all. */
function wantedText({ config }: DeviceDetail): string {
  return JSON.stringify(
    config.own ?? (config.desired === null ? config.reported?.config : null) ?? {},
    null,
    2,
  );
}
