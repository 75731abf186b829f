import * as v from "valibot";
import { listQueryEntries, pageSchema, timestampSchema } from "../api/list.ts";
import { sameJson } from "../json.ts";
import { type ConfigValues, configValuesSchema, type Json } from "./device-config.ts";
import { settingsSchemaSchema } from "./settings-schema.ts";

/**
 * Configuration in layers: what an organisation wants of all devices, a site of its own, a type of its kind, and what is
 * wanted of one device. The later in this order wins, key by key; what a key holds is never merged. `null` takes a key
 * back that an earlier layer has.
 */
export const CONFIG_LEVELS = ["organization", "site", "type", "device"] as const;
export const configLevelSchema = v.picklist(CONFIG_LEVELS);
export type ConfigLevel = v.InferOutput<typeof configLevelSchema>;

/** What comes of layers: the values, and of each the layer that it is from. */
export interface EffectiveConfig {
  config: ConfigValues;
  origins: Record<string, ConfigLevel>;
}

/** What the layers want together, whatever the order in which they are given. A level that is missing says nothing. */
export function effectiveConfig(
  layers: Readonly<Partial<Record<ConfigLevel, ConfigValues>>>,
): EffectiveConfig {
  // A map, since a key may be called `__proto__`.
  const merged = new Map<string, { value: Json; level: ConfigLevel }>();
  for (const level of CONFIG_LEVELS) {
    for (const [key, value] of Object.entries(layers[level] ?? {})) {
      if (value === null) merged.delete(key);
      else merged.set(key, { value, level });
    }
  }
  const entries = [...merged];
  return {
    config: Object.fromEntries(entries.map(([key, { value }]) => [key, value])),
    origins: Object.fromEntries(entries.map(([key, { level }]) => [key, level])),
  };
}

/** The keys whose values are not the same in both, in order. */
export function changedKeys(before: ConfigValues, after: ConfigValues): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  const has = (config: ConfigValues, key: string) => Object.hasOwn(config, key);
  return [...keys]
    .filter((key) => has(before, key) !== has(after, key) || !sameJson(before[key], after[key]))
    .sort();
}

/** What comes of layers, as the API shows it. */
const effectiveSchema = v.object({
  config: configValuesSchema,
  origins: v.record(v.string(), configLevelSchema),
});

/** One layer. `version` is 0 and `updatedAt` null while nobody has set it; one more with every change. */
export const configLayerSchema = v.pipe(
  v.object({
    level: configLevelSchema,
    version: v.pipe(v.number(), v.integer(), v.minValue(0)),
    config: configValuesSchema,
    updatedAt: v.nullable(timestampSchema),
    /** What the earlier layers want; of a type only what is wanted of all devices. */
    inherited: effectiveSchema,
    /** What settings the devices have that it is for; null where they are of several types, or where their type has no schema. */
    schema: v.nullable(settingsSchemaSchema),
    /** Those of all types of devices that it is for, by name: of a site or an organisation there may be several. */
    schemas: v.array(v.object({ type: v.string(), schema: settingsSchemaSchema })),
  }),
  v.metadata({ ref: "ConfigLayer" }),
);
export type ConfigLayer = v.InferOutput<typeof configLayerSchema>;

export const configLayerInputSchema = v.pipe(
  v.strictObject({ config: configValuesSchema }),
  v.metadata({ ref: "ConfigLayerInput" }),
);

/** A version of a layer as it once was set. `author` is null where a job set it, or the person is gone. */
export const configVersionSchema = v.pipe(
  v.object({
    version: v.pipe(v.number(), v.integer(), v.minValue(1)),
    config: configValuesSchema,
    /** The keys that it set otherwise than the version before. */
    changed: v.array(v.string()),
    /** The version whose values it brought back; null for one that was written. */
    revertOf: v.nullable(v.pipe(v.number(), v.integer())),
    author: v.nullable(v.string()),
    at: timestampSchema,
  }),
  v.metadata({ ref: "ConfigVersion" }),
);
export type ConfigVersion = v.InferOutput<typeof configVersionSchema>;
export const configVersionsSchema = pageSchema(configVersionSchema);

const { limit, cursor } = listQueryEntries;
export const configHistoryQuerySchema = v.object({ limit, cursor });

export const configRevertSchema = v.pipe(
  v.strictObject({ version: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
  v.metadata({ ref: "ConfigRevert" }),
);

/** The type of devices a layer is for, as it stands in an address. */
export const configTypeParam = v.object({
  type: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100)),
});
