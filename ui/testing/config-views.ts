import type { ConfigLayer, ConfigLevel } from "../../protocol/config/layers.ts";
import type { SettingsSchema } from "../../protocol/config/settings-schema.ts";
import type { DeviceDetail } from "../../protocol/devices/device.ts";
import { configLayerPage, configSchemaPage, deviceConfigPage, type LocalView } from "../ui.ts";
import type { Estate } from "./fixtures.ts";

const SCHEMA: SettingsSchema = {
  type: "object",
  properties: {
    interval: {
      ...{ type: "integer", title: "Report every", description: "Seconds apart.", unit: "s" },
      ...{ minimum: 5, maximum: 3_600, default: 60 },
    },
    mode: { type: "string", title: "Mode", enum: ["eco", "comfort"] },
    tipping: { type: "boolean", title: "Tipping", default: true },
    floor: { type: "number", minimum: 5 },
    ceiling: { type: "number", maximum: 30 },
    banner: { type: "string", title: "Banner" },
  },
  additionalProperties: true,
};

/** What made-up layers show besides the made-up estate. */
export const CONFIG_DATA = {
  names: ["Ann", "Acme", "thermostat", "interval", "Report every", "Report every (s)", "Seconds apart", "s"],
  settings: ["mode", "Mode", "eco", "comfort", "eco\ncomfort", "tipping", "Tipping", "floor", "ceiling"],
  texts: ["banner", "Banner", "Hello", "60", "5", "3600", "12", "true", "No"],
};

const page = <Item>(items: Item[]) => ({ items, nextCursor: null, total: items.length });
const fine = { errors: [], problem: null };
const bad = { errors: [{ path: "config", message: "config is wrong" }], problem: null };
const sentence = {
  errors: [],
  problem: { title: "It did not work", text: "Try again.", code: "auth.wrong-credentials" as const },
};
const history = {
  items: [
    ...[4, 3, 2].map((version) => ({
      ...{ version, config: { tipping: version > 2 }, changed: ["tipping"] },
      ...{ revertOf: version === 4 ? 2 : null, author: version === 3 ? null : "Ann" },
      at: "2026-11-20T09:00:00.000Z",
    })),
  ],
  nextCursor: null,
  total: 4,
};
const inherited = {
  config: { mode: "eco", banner: "Hello", floor: 12 },
  origins: { mode: "site", banner: "organization", floor: "type" } satisfies Record<string, ConfigLevel>,
};

const noForm = { of: null, types: [], later: {} };
const fromAll = {
  config: { banner: "Hello", mode: "eco" },
  origins: { banner: "organization", mode: "organization" } satisfies Record<string, ConfigLevel>,
};

export function makeLayer(level: ConfigLevel, more: Partial<ConfigLayer> = {}): ConfigLayer {
  const none = { config: {}, origins: {} };
  return {
    level,
    version: 1,
    config: {},
    updatedAt: null,
    inherited: none,
    schema: null,
    schemas: [],
    ...more,
  };
}

/** The pages on which devices are configured. */
export function configViews(
  { sites }: Estate,
  device: (number: number) => DeviceDetail,
): Record<string, LocalView> {
  const details = { name: "Till", type: "payment-terminal", tags: "bar", customAttributes: "Shelf: 3" };
  const versions = { config: "abc", details: "def" };
  const own = { interval: 5_000, tipping: true, ceiling: null, list: [1] };
  const types = ["thermostat", "kiosk"];
  return {
    configuration: deviceConfigPage({
      ...{ device: device(0), history, details, versions, ...fine, typed: null },
      layer: makeLayer("device", { config: own, inherited, schema: SCHEMA }),
    }),
    "configuration, waiting": deviceConfigPage({
      device: { ...device(1), attributes: { configError: "No" } },
      ...{ history, layer: makeLayer("device"), typed: { config: "{" } },
      ...{ details, versions, ...bad },
    }),
    "configuration, none": deviceConfigPage({
      ...{ device: device(2), history: page([]), layer: makeLayer("device"), typed: null },
      ...{ details, versions, ...sentence },
    }),
    "configuration of all": configLayerPage({
      ...{
        place: { level: "organization", name: "Acme" },
        types,
        layer: makeLayer("organization"),
        form: noForm,
      },
      ...{ typed: null, version: "abc", history, ...fine },
    }),
    "configuration of a type": configLayerPage({
      ...{ place: { level: "type", type: "thermostat" }, types, version: "abc", history: page([]) },
      ...{
        layer: makeLayer("type", { schema: SCHEMA }),
        form: noForm,
        typed: { "set.interval": "x", config: "" },
        ...bad,
      },
    }),
    "configuration of a site": configLayerPage({
      ...{ place: { level: "site", id: sites[0]!.id, name: sites[0]!.name }, types: [], form: noForm },
      ...{ layer: makeLayer("site"), typed: null, version: "abc", ...sentence },
      history: { ...history, nextCursor: "1" },
    }),
    "configuration of a site's thermostats": configLayerPage({
      ...{ place: { level: "site", id: sites[0]!.id, name: sites[0]!.name }, types: [], history, ...fine },
      layer: makeLayer("site", { config: { interval: 30, floor: 7 }, inherited: fromAll, schema: SCHEMA }),
      form: { of: "thermostat", types, later: { interval: 60, mode: null } },
      ...{ typed: null, version: "abc" },
    }),
    "settings of a type": configSchemaPage({
      ...{ of: { type: "thermostat", schema: SCHEMA }, open: true, version: "abc", problem: null },
      rows: [
        {
          ...{ name: "interval", title: "Report every", description: "", type: "integer", unit: "s" },
          ...{ minimum: "5", maximum: "3600", enum: "", default: "60" },
        },
        {
          ...{ name: "", title: "", description: "", type: "string", unit: "" },
          ...{ minimum: "", maximum: "", enum: "", default: "" },
        },
      ],
      errors: [{ path: "name.1", message: "name.1 is wrong" }],
    }),
  };
}
