import * as v from "valibot";
import { BULK_PICKED_MAX, deviceFilterSchema } from "../devices/bulk.ts";
import { idSchema } from "../ids.ts";
import { tagSchema } from "../labels/tags.ts";

/**
 * What a job is run on: all that any of these name, each once. A kind that is run on gateways takes `sites`, `tags` (of
 * sites) and `gateways`; one that is run on devices takes `devices`, `sites`, `types`, `tags` (of devices) and `filter`.
 */

const picked = <Item extends v.GenericSchema<string, string>>(item: Item, what: string) =>
  v.optional(
    v.pipe(
      v.array(item, "must be a list"),
      v.maxLength(BULK_PICKED_MAX, `must be at most ${BULK_PICKED_MAX} ${what}`),
    ),
  );

export const jobTargetsSchema = v.pipe(
  v.strictObject({
    devices: picked(idSchema, "devices; use a filter for more"),
    sites: picked(idSchema, "sites; use tags or a filter for more"),
    /** Of devices: all that are of one of them. */
    types: picked(v.pipe(v.string(), v.minLength(1), v.maxLength(40)), "types"),
    tags: picked(tagSchema, "tags"),
    /** The filters of the list of devices: who matches when the run begins. `{}` means all devices. */
    filter: v.optional(deviceFilterSchema),
    /** Gateways themselves. */
    gateways: picked(idSchema, "gateways; use sites or tags for more"),
  }),
  v.check(
    ({ devices, sites, types, tags, gateways, filter }) =>
      filter !== undefined || [devices, sites, types, tags, gateways].some((list) => (list?.length ?? 0) > 0),
    "must name a device, site, type, tag, filter or gateway at least",
  ),
  v.metadata({ ref: "JobTargets" }),
);
export type JobTargets = v.InferOutput<typeof jobTargetsSchema>;

/** Whether gateways themselves are meant: always of a kind for gateways, of one for either when only gateways are named. */
export function meansGateways(subject: "device" | "gateway" | "either", targets: JobTargets): boolean {
  if (subject !== "either") return subject === "gateway";
  return (targets.gateways?.length ?? 0) > 0;
}

/** What of the targets a kind cannot be run on, by name. */
export function unfitTargets(subject: "device" | "gateway" | "either", targets: JobTargets): string[] {
  const unfit = meansGateways(subject, targets)
    ? (["devices", "types", "filter"] as const)
    : (["gateways"] as const);
  return unfit.filter((name) => {
    const named: unknown = targets[name];
    return Array.isArray(named) ? named.length > 0 : named !== undefined;
  });
}
