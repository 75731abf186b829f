import { type Context, Hono } from "hono";
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
import { type ConfigLayers, type LayerKey, layerFields } from "./config-layers.ts";

type Parts = ShowParts & { configLayers: ConfigLayers; devices: Devices; sites: Sites };

const VERSIONS_SHOWN = 20;

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
    return "code" in place ? showRefusal(c, parts, place) : showLayer(c, parts, place);
  });
  pages.post(path, async (c) => {
    const form = await readForm(c);
    const place = await findPlace(c, form.type);
    if ("code" in place) return showRefusal(c, parts, place);
    const { version } = form;
    const key = keyOf(place);
    const before = await configLayers.get(c.get("scope"), key);
    if (!before.ok) return showRefusal(c, parts, before.refusal);
    const input = readSettingsForm(before.value.schema, form);
    const set = input.ok
      ? await configLayers.set(c.get("scope"), key, input.value, versionOfForm(form))
      : input;
    if (set.ok) return redirectTelling(c, parts, addressOf(place), { kind: "config.layer" });
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
    const input = readSettingsForm(layer.value.schema, form);
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
  typed: { form?: Readonly<Record<string, string>>; refusal?: Refusal; status?: 200 } = {},
): Promise<Response> {
  const scope = c.get("scope");
  const key = keyOf(place);
  const layer = await parts.configLayers.get(scope, key);
  if (!layer.ok) return showRefusal(c, parts, layer.refusal);
  const before = c.req.query("before");
  const query = { limit: VERSIONS_SHOWN, ...(before === undefined ? {} : { cursor: before }) };
  const history = await parts.configLayers.history(scope, key, query);
  if (!history.ok) return showRefusal(c, parts, history.refusal);
  const choices = await parts.devices.choices(scope);
  if (!choices.ok) return showRefusal(c, parts, choices.refusal);
  const { refusal, form = null } = typed;
  const { schema } = layer.value;
  const view = configLayerPage({
    place,
    types: choices.value.types,
    layer: layer.value,
    typed: form,
    version: form?.version ?? (await versionOf(layerFields(layer.value))),
    history: history.value,
    ...(refusal === undefined ? { errors: [], problem: null } : layerProblem(refusal, schema)),
  });
  return show(c, parts, view, typed.status ?? (refusal === undefined ? 200 : formStatus(refusal)));
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

function addressOf(place: ConfigLayerPlace): string {
  if (place.level === "site") return `/sites/${place.id}/configuration`;
  const type = place.level === "type" ? `?type=${encodeURIComponent(place.type)}` : "";
  return `/settings/configuration${type}`;
}

const textOf = (config: object) => JSON.stringify(config, null, 2);

/** What is no version is none that there was. */
const versionIn = (text: string | undefined) => (/^\d{1,9}$/.test(text ?? "") ? Number(text) : 0);
