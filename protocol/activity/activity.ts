import * as v from "valibot";
import { timestampSchema } from "../api/list.ts";
import { wholeNumber } from "../api/whole-number.ts";
import { provenanceSchema } from "../devices/provenance.ts";

/** What can happen by itself, to a device or to a gateway. */
export const HAPPENING_KINDS = [
  "device.added",
  "device.removed",
  "device.online",
  "device.late",
  "device.offline",
  "gateway.connected",
  "gateway.lost",
] as const;
export type HappeningKind = (typeof HAPPENING_KINDS)[number];

const named = v.object({ id: v.string(), name: v.string() });
const marked = v.object({ ...named.entries, provenance: provenanceSchema });

/** One line of the feed: something that happened to devices or gateways, or a deed of somebody's. */
export const activitySchema = v.pipe(
  v.object({
    /** When it happened; of several the newest. */
    at: timestampSchema,
    kind: v.picklist([...HAPPENING_KINDS, "deed"]),
    /** How many devices or gateways it happened to within a few minutes; 1 for a deed. */
    count: v.pipe(v.number(), v.integer()),
    /** Where; null for a deed, and where it happened at several sites. */
    site: v.nullable(named),
    /** The device, where it is one. */
    device: v.nullable(marked),
    /** Who did what to what, as the audit log has it; the actor is null for a command on the server. */
    deed: v.nullable(
      v.object({
        actor: v.nullable(v.string()),
        action: v.string(),
        target: v.object({ kind: v.string(), ...marked.entries }),
      }),
    ),
  }),
  v.metadata({ ref: "Activity" }),
);
export type Activity = v.InferOutput<typeof activitySchema>;

export const ACTIVITY_LIMIT_MAX = 100;

/** `GET /api/v1/activity?limit=`: the newest, 20 unless it says so. */
export const activityQuerySchema = v.strictObject({
  limit: v.optional(wholeNumber(1, ACTIVITY_LIMIT_MAX), "20"),
});
export type ActivityQuery = v.InferOutput<typeof activityQuerySchema>;
