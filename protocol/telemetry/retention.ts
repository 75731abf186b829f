import * as v from "valibot";

/** `GET` and `PATCH /api/v1/organization/retention`: for how long telemetry is kept. */

/** A hundred years. */
export const RETENTION_MAX_DAYS = 36_500;

const daysSchema = v.pipe(
  v.number(),
  v.integer("must be a whole number of days"),
  v.minValue(0, "must be at least 0"),
  v.maxValue(RETENTION_MAX_DAYS, `must be at most ${RETENTION_MAX_DAYS}`),
);

export const retentionSchema = v.pipe(
  v.object({
    /** Days after which readings are thinned to one row a chunk, with count, least, greatest and mean. 0: never. */
    rawDays: daysSchema,
    /** Days after which they are dropped. 0: never. */
    keepDays: daysSchema,
    /** Whether these are the service's own, which count while an organisation has set none. */
    isDefault: v.boolean(),
  }),
  v.metadata({ ref: "Retention" }),
);
export type Retention = v.InferOutput<typeof retentionSchema>;

/** What is absent stays as it is. */
export const retentionPatchSchema = v.pipe(
  v.strictObject({ rawDays: v.optional(daysSchema), keepDays: v.optional(daysSchema) }),
  v.metadata({ ref: "RetentionPatch" }),
);
export type RetentionPatch = v.InferOutput<typeof retentionPatchSchema>;
/** What people can change, by name. */
export const RETENTION_FIELDS = Object.keys(
  retentionPatchSchema.entries,
) as readonly (keyof RetentionPatch)[];
