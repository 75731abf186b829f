import * as v from "valibot";

/** Where a device's data comes from. The two are never mixed in a report. */
export const PROVENANCES = ["real", "simulated"] as const;
export type Provenance = (typeof PROVENANCES)[number];

/** Of what may be a device, or stands for one: what is no simulated device is real. */
export const provenanceSchema = v.picklist(PROVENANCES);
export const provenanceOf = (isSimulated: boolean): Provenance => (isSimulated ? "simulated" : "real");

const reported = v.picklist(["real", "simulated", "all"], "must be real, simulated or all");

/** The filter of a list, in which both are: `all` and absent are the same. */
export const provenanceFilterSchema = v.optional(
  v.pipe(
    reported,
    v.transform((of) => (of === "all" ? undefined : of)),
  ),
);

/**
 * Of which devices a report tells: what is counted, summed up or handed on, as against what is looked at and worked with,
 * where simulated devices are shown and marked. Absent: of the real ones.
 */
export const reportedSchema = v.optional(reported, "real");
export type Reported = v.InferOutput<typeof reportedSchema>;

/** The one provenance that is reported of; undefined: both are. */
export const onlyOf = (of: Reported): Provenance | undefined => (of === "all" ? undefined : of);
/** What a report leaves out; undefined: nothing. */
export const leftOutOf = (of: Reported): Provenance | undefined =>
  of === "all" ? undefined : provenanceOf(of === "real");
