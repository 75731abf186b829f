import { type Context, Hono } from "hono";
import type { ConfigValues } from "../../protocol/config/device-config.ts";
import type { ConfigLayer } from "../../protocol/config/layers.ts";
import { atFields, fieldOf, readSettingsForm } from "../../protocol/config/settings-form.ts";
import type { SettingsSchema } from "../../protocol/config/settings-schema.ts";
import type { Refusal } from "../../protocol/errors.ts";
import { type ConfigLayerPlace, configLayerPage } from "../../ui/ui.ts";
import type { Devices } from "../devices/devices.ts";
import type { AppEnv } from "../http/env.ts";
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
import { versionOf } from "../http/versions.ts";
import type { Sites } from "../sites/sites.ts";
import { type ConfigLayers, historyFrom, type LayerKey, layerFields } from "./config-layers.ts";

type Parts = ShowParts & { configLayers: ConfigLayers; devices: Devices; sites: Sites };

/** Whose layer a page is of: found by its address, and for a type by what the address or the form says. */
type FindPlace = (c: Context<AppEnv>, type: string | undefined) => Promise<ConfigLayerPlace | Refusal>;

/** `/settings/configuration`, behind a scope: of all devices, and by `?type=` of a type. */
export function configSettingsPages(parts: Parts): Hono<AppEnv> {
  return layerPages(parts, "/", async (c, type) =>
    type === undefined || type === ""
      ? { level: "organization", name: c.get("me").organization.name }
      : { level: "type", type: type.slice(0, 100) },
  );
}

/** `/sites/{id}/configuration`, behind a scope. */
export function configSitePages(parts: Parts): Hono<AppEnv> {
  return layerPages(parts, "/:id/configuration", async (c) => {
    const id = c.req.param("id") ?? "";
    const layer = await parts.configLayers.get(c.get("scope"), { level: "site", subject: id });
    if (!layer.ok) return layer.refusal;
    const site = await parts.sites.get(c.get("scope"), id);
    return { level: "site", id, name: site.ok ? site.value.name : id };
  });
}

function layerPages(parts: Parts, path: string, findPlace: FindPlace): Hono<AppEnv> {
  const { configLayers } = parts;
  const pages = new Hono<AppEnv>();
  const [revertPath, checkPath] = ["revert", "check"].map((verb) =>
    path === "/" ? `/${verb}` : `${path}/${verb}`,
  ) as [string, string];

  pages.get(path, async (c) => {
    const place = await findPlace(c, c.req.query("type"));
    if ("code" in place) return showRefusal(c, parts, place);
    return showLayer(c, parts, place, { of: c.req.query("for") });
  });
  pages.post(path, async (c) => {
    const form = await readForm(c);
    const place = await findPlace(c, form.type);
    if ("code" in place) return showRefusal(c, parts, place);
    const { version } = form;
    const key = keyOf(place);
    const before = await configLayers.get(c.get("scope"), key);
    if (!before.ok) return showRefusal(c, parts, before.refusal);
    const { schema } = formOf(before.value, form.for ?? "");
    const input = readSettingsForm(schema, form);
    const set = input.ok
      ? await configLayers.set(c.get("scope"), key, input.value, versionOfForm(form))
      : input;
    if (set.ok) return redirectTelling(c, parts, addressOf(place, form.for), { kind: "config.layer" });
    if (set.refusal.code !== "record.changed" || !input.ok || version === undefined)
      return showLayer(c, parts, place, { form, refusal: set.refusal });
    const now = await configLayers.get(c.get("scope"), key);
    if (!now.ok) return showRefusal(c, parts, now.refusal);
    const { devices, configuration } = pageWords(c);
    return showMerge(c, parts, {
      section: place.level === "site" ? "sites" : "settings",
      crumbs: [{ label: configuration.title, href: addressOf(place) }],
      record: configuration.title,
      action: place.level === "site" ? addressOf(place) : "/settings/configuration",
      cancel: addressOf(place),
      labels: { config: devices.asJson },
      version,
      yours: {
        fields: layerFields({ config: input.value }),
        texts: { config: textOf(input.value), ...(place.level === "type" ? { type: place.type } : {}) },
      },
      theirs: { fields: layerFields(now.value), texts: { config: textOf(now.value.config) } },
    });
  });
  // The address of a form that was sent, when it is asked for by itself.
  pages.get(checkPath, (c) => c.redirect(c.req.path.replace(/\/check$/, ""), 303));
  pages.post(checkPath, async (c) => {
    const form = await readForm(c);
    const place = await findPlace(c, form.type);
    if ("code" in place) return showRefusal(c, parts, place);
    const layer = await configLayers.get(c.get("scope"), keyOf(place));
    if (!layer.ok) return showRefusal(c, parts, layer.refusal);
    const input = readSettingsForm(formOf(layer.value, form.for ?? "").schema, form);
    return showLayer(c, parts, place, { form, status: 200, ...(input.ok ? {} : { refusal: input.refusal }) });
  });
  pages.post(revertPath, async (c) => {
    const form = await readForm(c);
    const place = await findPlace(c, form.type);
    if ("code" in place) return showRefusal(c, parts, place);
    const reverted = await configLayers.revert(c.get("scope"), keyOf(place), versionIn(form.to));
    if (!reverted.ok) return showRefusal(c, parts, reverted.refusal);
    return redirectTelling(c, parts, addressOf(place), { kind: "config.layer" });
  });
  return pages;
}

/** `/devices/{id}/configuration/revert`, behind a scope: the rest of that page is the device's. */
export function configDevicePages(parts: Parts): Hono<AppEnv> {
  const pages = new Hono<AppEnv>();
  pages.post("/:id/configuration/revert", async (c) => {
    const id = c.req.param("id");
    const { to } = await readForm(c);
    const scope = c.get("scope");
    const reverted = await parts.configLayers.revert(scope, { level: "device", subject: id }, versionIn(to));
    if (!reverted.ok) return showRefusal(c, parts, reverted.refusal);
    const device = await parts.devices.get(scope, id);
    const name = device.ok ? device.value.name : "";
    return redirectTelling(c, parts, `/devices/${id}/configuration`, { kind: "config.saved", name });
  });
  return pages;
}

async function showLayer(
  c: Context<AppEnv>,
  parts: Parts,
  place: ConfigLayerPlace,
  typed: {
    form?: Readonly<Record<string, string>>;
    /** The type whose fields are shown; empty for JSON, undefined for the first there is. */
    of?: string | undefined;
    refusal?: Refusal;
    status?: 200;
  } = {},
): Promise<Response> {
  const scope = c.get("scope");
  const key = keyOf(place);
  const layer = await parts.configLayers.get(scope, key);
  if (!layer.ok) return showRefusal(c, parts, layer.refusal);
  const query = historyFrom(c.req.query("before"));
  if (!query.ok) return showRefusal(c, parts, query.refusal);
  const history = await parts.configLayers.history(scope, key, query.value);
  if (!history.ok) return showRefusal(c, parts, history.refusal);
  const choices = await parts.devices.choices(scope);
  if (!choices.ok) return showRefusal(c, parts, choices.refusal);
  const { refusal, form = null } = typed;
  const of = form === null ? typed.of : (form.for ?? "");
  const { type, schema } = formOf(layer.value, of ?? layer.value.schemas[0]?.type ?? "");
  const view = configLayerPage({
    place,
    types: choices.value.types,
    layer: { ...layer.value, schema },
    form: {
      of: type,
      types: layer.value.schemas.map((one) => one.type),
      later: await laterThan(c, parts, place, type),
    },
    typed: form,
    version: form?.version ?? (await versionOf(layerFields(layer.value))),
    history: history.value,
    ...(refusal === undefined ? { errors: [], problem: null } : layerProblem(refusal, schema)),
  });
  return show(c, parts, view, typed.status ?? (refusal === undefined ? 200 : formStatus(refusal)));
}

/** The fields a layer's form has: of a site's or an organisation's those of a type, or none. */
function formOf({ level, schema, schemas }: ConfigLayer, type: string) {
  if (level === "type" || level === "device") return { type: null, schema };
  const found = schemas.find((one) => one.type === type);
  return found ?? { type: null, schema: null };
}

/** What the layer of the type wants, which counts before that of a site or an organisation. */
async function laterThan(
  c: Context<AppEnv>,
  { configLayers }: Parts,
  { level }: ConfigLayerPlace,
  type: string | null,
): Promise<ConfigValues> {
  if (type === null || level === "type") return {};
  const layer = await configLayers.get(c.get("scope"), { level: "type", subject: type });
  return layer.ok ? layer.value.config : {};
}

/** A refusal of a layer at the fields of its form. */
function layerProblem(refusal: Refusal, schema: SettingsSchema | null) {
  const errors = atFields(schema, refusal.errors ?? []);
  const fields = Object.keys(schema?.properties ?? {}).map(fieldOf);
  return formProblem({ ...refusal, errors }, ["config", ...fields]);
}

function keyOf(place: ConfigLayerPlace): LayerKey {
  const { level } = place;
  if (level === "organization") return { level, subject: "" };
  return { level, subject: level === "site" ? place.id : place.type };
}

/** `of`: the type whose fields its form has, as {@link showLayer} has it. */
function addressOf(place: ConfigLayerPlace, of?: string): string {
  if (place.level === "type") return `/settings/configuration?type=${encodeURIComponent(place.type)}`;
  const path = place.level === "site" ? `/sites/${place.id}/configuration` : "/settings/configuration";
  return of === undefined ? path : `${path}?for=${encodeURIComponent(of)}`;
}

const textOf = (config: object) => JSON.stringify(config, null, 2);

/** What is no version is none that there was. */
const versionIn = (text: string | undefined) => (/^\d{1,9}$/.test(text ?? "") ? Number(text) : 0);
