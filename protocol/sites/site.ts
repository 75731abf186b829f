import * as v from "valibot";
import { listQueryEntries, sortSchema, timestampSchema } from "../api/list.ts";
import { reportedSchema } from "../devices/provenance.ts";
import { idSchema } from "../ids.ts";
import { customAttributesSchema } from "../labels/custom-attributes.ts";
import { tagSchema, tagsSchema } from "../labels/tags.ts";
import { customAttributesTextSchema, tagsTextSchema } from "../labels/texts.ts";

/** A site: a shop, restaurant or plant with one gateway and its devices. */

const nameSchema = v.pipe(
  v.string("must be a text"),
  v.trim(),
  v.minLength(1, "a site needs a name"),
  v.maxLength(100, "must have at most 100 characters"),
);

/** An IANA time zone this runtime knows. */
export const timeZoneSchema = v.pipe(
  v.string(),
  v.check((zone) => {
    try {
      new Intl.DateTimeFormat("en", { timeZone: zone });
      return true;
    } catch {
      return false;
    }
  }, "must be a time zone such as Europe/London"),
);

const coordinate = (bound: number) =>
  v.nullish(
    v.pipe(
      v.number("must be a number"),
      v.minValue(-bound, `must be at least -${bound}`),
      v.maxValue(bound, `must be at most ${bound}`),
    ),
  );

/** What a person says about a site. The same schema serves API, form and documentation. */
export const siteInputSchema = v.pipe(
  v.strictObject({
    name: nameSchema,
    description: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(2_000)), ""),
    address: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(300)), ""),
    timeZone: v.optional(timeZoneSchema, "UTC"),
    latitude: coordinate(90),
    longitude: coordinate(180),
    tags: v.optional(tagsSchema, []),
    customAttributes: v.optional(customAttributesSchema, {}),
  }),
  v.metadata({ ref: "SiteInput" }),
);
export type SiteInput = v.InferOutput<typeof siteInputSchema>;
/** The same as its form has it, with the labels as they are typed. */
export const siteFormSchema = v.strictObject({
  ...siteInputSchema.entries,
  tags: tagsTextSchema,
  customAttributes: customAttributesTextSchema,
});
/** What people can change about a site, by name. */
export const SITE_FIELDS = Object.keys(siteInputSchema.entries) as readonly (keyof SiteInput)[];

/** Devices of a site by state; the two breakdowns each add up to `total`. */
export const deviceCountsSchema = v.object({
  total: v.pipe(v.number(), v.integer()),
  simulated: v.pipe(v.number(), v.integer()),
  connectivity: v.object({ online: v.number(), late: v.number(), offline: v.number(), never: v.number() }),
  health: v.object({
    healthy: v.number(),
    warning: v.number(),
    error: v.number(),
    maintenance: v.number(),
    unknown: v.number(),
  }),
});
export type DeviceCounts = v.InferOutput<typeof deviceCountsSchema>;
/** The same as a report has it. */
export const deviceReportSchema = v.object({
  ...deviceCountsSchema.entries,
  /** Devices that are left out because `provenance` does not mean them. */
  leftOut: v.pipe(v.number(), v.integer()),
});
export type DeviceReport = v.InferOutput<typeof deviceReportSchema>;

/** The gateway of a site, in short. Null while none is enrolled. */
export const siteGatewaySchema = v.nullable(
  v.object({ id: idSchema, connected: v.boolean(), lastSeenAt: v.nullable(timestampSchema) }),
);

export const siteSchema = v.pipe(
  v.object({
    id: idSchema,
    name: v.string(),
    description: v.string(),
    address: v.string(),
    timeZone: v.string(),
    latitude: v.nullable(v.number()),
    longitude: v.nullable(v.number()),
    tags: v.array(v.string()),
    /** What people noted, texts by name. */
    customAttributes: v.record(v.string(), v.string()),
    /** Null but in the list of deleted sites. */
    deletedAt: v.nullable(timestampSchema),
    createdAt: timestampSchema,
    updatedAt: timestampSchema,
    gateway: siteGatewaySchema,
    devices: deviceCountsSchema,
  }),
  v.metadata({ ref: "Site" }),
);
export type Site = v.InferOutput<typeof siteSchema>;

export const siteQuerySchema = v.object({
  ...listQueryEntries,
  sort: sortSchema(["name", "createdAt", "deletedAt"]),
  tag: v.optional(tagSchema),
  /** `true`: the deleted ones that can still be restored, and no others. */
  deleted: v.optional(v.picklist(["true", "false"])),
});
/** What an export of them is asked for with: the filters and the order of the list. `provenance`: of the devices it counts. */
export const siteExportQuerySchema = v.object({
  ...v.omit(siteQuerySchema, ["limit", "cursor"]).entries,
  provenance: reportedSchema,
});
export type SiteExportQuery = v.InferOutput<typeof siteExportQuerySchema>;
/** What the sites of an organisation can be filtered by. */
export const siteChoicesSchema = v.pipe(
  v.object({ tags: v.array(v.string()) }),
  v.metadata({ ref: "SiteChoices" }),
);
/** What a site is picked by. */
export const siteBriefSchema = v.pipe(
  v.object({ id: v.string(), name: v.string(), timeZone: v.string(), hasGateway: v.boolean() }),
  v.metadata({ ref: "SiteBrief" }),
);
export type SiteBrief = v.InferOutput<typeof siteBriefSchema>;
export type SiteChoices = v.InferOutput<typeof siteChoicesSchema>;
export type SiteQuery = v.InferOutput<typeof siteQuerySchema>;
