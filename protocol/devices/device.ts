import * as v from "valibot";
import { listQueryEntries, sortSchema, timestampSchema } from "../api/list.ts";
import { configValuesSchema, deviceConfigSchema } from "../config/device-config.ts";
import { configLevelSchema } from "../config/layers.ts";
import { deviceKeySchema, idSchema } from "../ids.ts";
import { customAttributesSchema } from "../labels/custom-attributes.ts";
import { tagSchema, tagsSchema } from "../labels/tags.ts";
import { customAttributesTextSchema, tagsTextSchema } from "../labels/texts.ts";
import { attributesSchema } from "./attributes.ts";
import { PROVENANCES, provenanceFilterSchema, reportedSchema } from "./provenance.ts";

export { PROVENANCES, type Provenance } from "./provenance.ts";

/**
 * A device has three independent states (DESIGN.md): lifecycle is what people decided; connectivity is computed
 * from what was last heard; health is computed from rules, with its reasons. None is ever written into another.
 */
export const LIFECYCLES = ["pending", "active", "suspended", "retired"] as const;
export const CONNECTIVITIES = ["online", "late", "offline", "never"] as const;
export const HEALTHS = ["healthy", "warning", "error", "maintenance", "unknown"] as const;

export type Lifecycle = (typeof LIFECYCLES)[number];
/** `never`: registered, and not heard from yet. */
export type Connectivity = (typeof CONNECTIVITIES)[number];
export type Health = (typeof HEALTHS)[number];

/** The newest value of one metric of a device. `unit` is "" where none is known. */
export const latestValueSchema = v.object({
  metric: v.string(),
  unit: v.string(),
  value: v.union([v.number(), v.boolean(), v.string()]),
  at: timestampSchema,
});
export type LatestValue = v.InferOutput<typeof latestValueSchema>;

export const deviceSchema = v.pipe(
  v.object({
    id: idSchema,
    /** The device's key at its gateway: its MQTT user name. */
    key: deviceKeySchema,
    name: v.string(),
    /** What kind of thing it is: `payment-terminal`, `thermostat`, …; `unknown` until the device says. */
    type: v.string(),
    siteId: idSchema,
    siteName: v.string(),
    gatewayId: idSchema,
    provenance: v.picklist(PROVENANCES),
    lifecycle: v.picklist(LIFECYCLES),
    connectivity: v.picklist(CONNECTIVITIES),
    connectivitySince: v.nullable(timestampSchema),
    /** While its gateway is not connected, all that is said of the device is as of when the gateway was last heard. */
    gatewayConnected: v.boolean(),
    connectivityReason: v.nullable(v.string()),
    health: v.picklist(HEALTHS),
    /** Why the health is what it is, in sentences for an operator. Empty when healthy. */
    healthReasons: v.array(v.string()),
    /** When it last measured something, or came online. Null: never. */
    lastSeenAt: v.nullable(timestampSchema),
    model: v.nullable(v.string()),
    firmware: v.nullable(v.string()),
    serial: v.nullable(v.string()),
    /** What it says about itself. */
    attributes: attributesSchema,
    tags: v.array(v.string()),
    /** What people noted, texts by name. */
    customAttributes: v.record(v.string(), v.string()),
    /** Null while it is not retired. */
    retiredAt: v.nullable(timestampSchema),
    /** Null while it is not deleted. */
    deletedAt: v.nullable(timestampSchema),
    createdAt: timestampSchema,
    updatedAt: timestampSchema,
  }),
  v.metadata({ ref: "Device" }),
);
export type Device = v.InferOutput<typeof deviceSchema>;

/** One device with what its page shows besides. */
export const deviceDetailSchema = v.pipe(
  v.object({
    ...deviceSchema.entries,
    latest: v.array(latestValueSchema),
    gatewayLastSeenAt: v.nullable(timestampSchema),
    /** So far ahead of the time are those that it gives what it measures, ms; null while that is right, or not known. */
    clockAheadMs: v.nullable(v.pipe(v.number(), v.integer())),
    config: v.object({
      desired: v.nullable(deviceConfigSchema),
      reported: v.nullable(deviceConfigSchema),
      /** True when the device reported the wanted version with the wanted values, or nothing is wanted. */
      inSync: v.boolean(),
      /** Since when it is not; null while it is, or that was not noted. */
      driftSince: v.nullable(timestampSchema),
      /** The keys that differ between the two while it is not. */
      drift: v.array(v.string()),
      /** The device's own layer; null while nothing is wanted of it alone. */
      own: v.nullable(configValuesSchema),
      /** Of each key that is wanted, the layer it is from. */
      origins: v.record(v.string(), configLevelSchema),
    }),
  }),
  v.metadata({ ref: "DeviceDetail" }),
);
export type DeviceDetail = v.InferOutput<typeof deviceDetailSchema>;

/** What a person may change about a device. Absent fields stay as they are. */
export const devicePatchSchema = v.pipe(
  v.strictObject({
    name: v.optional(v.pipe(v.string(), v.trim(), v.minLength(1, "a device needs a name"), v.maxLength(100))),
    type: v.optional(
      v.pipe(v.string(), v.trim(), v.regex(/^[a-z0-9-]{1,40}$/, "must be lower case with hyphens")),
    ),
    lifecycle: v.optional(
      v.picklist(["active", "suspended", "retired"], "must be active, suspended or retired"),
    ),
    tags: v.optional(tagsSchema),
    customAttributes: v.optional(customAttributesSchema),
  }),
  v.metadata({ ref: "DevicePatch" }),
);
export type DevicePatch = v.InferOutput<typeof devicePatchSchema>;
/** A device that people make by hand, before its gateway knows it. What is absent it says itself. */
export const deviceInputSchema = v.pipe(
  v.strictObject({
    siteId: idSchema,
    key: deviceKeySchema,
    name: devicePatchSchema.entries.name,
    type: devicePatchSchema.entries.type,
    tags: devicePatchSchema.entries.tags,
    customAttributes: devicePatchSchema.entries.customAttributes,
  }),
  v.metadata({ ref: "DeviceInput" }),
);
export type DeviceInput = v.InferOutput<typeof deviceInputSchema>;
/** The same as its form has it. */
export const deviceAddFormSchema = v.strictObject({
  ...deviceInputSchema.entries,
  tags: tagsTextSchema,
  customAttributes: customAttributesTextSchema,
});
/** What its form has, with the labels as they are typed. */
export const deviceFormSchema = v.strictObject({
  name: devicePatchSchema.entries.name,
  type: devicePatchSchema.entries.type,
  tags: tagsTextSchema,
  customAttributes: customAttributesTextSchema,
});
/** What people can change about a device, by name. */
export const DEVICE_FIELDS = Object.keys(devicePatchSchema.entries) as readonly (keyof DevicePatch)[];

export const deviceQuerySchema = v.object({
  ...listQueryEntries,
  sort: sortSchema(["name", "type", "connectivity", "lastSeenAt"]),
  site: v.optional(idSchema),
  type: v.optional(v.pipe(v.string(), v.maxLength(40))),
  connectivity: v.optional(v.picklist(CONNECTIVITIES)),
  health: v.optional(v.picklist(HEALTHS)),
  provenance: provenanceFilterSchema,
  tag: v.optional(tagSchema),
  firmware: v.optional(v.pipe(v.string(), v.maxLength(1_024))),
  /** `drifted`: those that have not reported what is wanted of them. */
  config: v.optional(v.picklist(["drifted"], "must be drifted")),
  /** Absent: all but retired devices. */
  lifecycle: v.optional(v.picklist(LIFECYCLES)),
  /** Deleted devices instead, which can be restored. */
  deleted: v.optional(v.literal("true", "must be true, or be left out")),
});
export type DeviceQuery = v.InferOutput<typeof deviceQuerySchema>;
/** `GET /api/v1/devices/health` */
export const deviceCountsQuerySchema = v.object({ provenance: reportedSchema });
export type DeviceCountsQuery = v.InferOutput<typeof deviceCountsQuerySchema>;
/** What an export of them is asked for with: the filters and the order of the list, but that it is a report. */
export const deviceExportQuerySchema = v.object({
  ...v.omit(deviceQuerySchema, ["limit", "cursor", "deleted"]).entries,
  provenance: reportedSchema,
});
export type DeviceExportQuery = v.InferOutput<typeof deviceExportQuerySchema>;
