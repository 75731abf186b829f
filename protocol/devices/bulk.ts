import * as v from "valibot";
import { timestampSchema } from "../api/list.ts";
import { idSchema } from "../ids.ts";
import { tagSchema } from "../labels/tags.ts";
import { deviceQuerySchema } from "./device.ts";
import { provenanceSchema } from "./provenance.ts";

/** One change of many devices: those that were picked, or all that a filter means. All of them, or none. */

export const BULK_PICKED_MAX = 1_000;

const {
  limit: _limit,
  cursor: _cursor,
  sort: _sort,
  deleted: _deleted,
  ...filterEntries
} = deviceQuerySchema.entries;
/** The filters of the list of devices. */
export const deviceFilterSchema = v.strictObject(
  filterEntries,
  "must be the address of the list of devices with its filters, or those filters by name",
);
export type DeviceFilter = v.InferOutput<typeof deviceFilterSchema>;

/** Picked devices by id, or a filter; one of the two. */
export const bulkTargetsSchema = v.pipe(
  v.strictObject({
    ids: v.optional(
      v.pipe(
        v.array(idSchema),
        v.minLength(1, "must name a device at least"),
        v.maxLength(BULK_PICKED_MAX, `must be at most ${BULK_PICKED_MAX}; use a filter for more`),
      ),
    ),
    filter: v.optional(deviceFilterSchema),
  }),
  v.check(
    ({ ids, filter }) => (ids === undefined) !== (filter === undefined),
    "must have either ids or a filter",
  ),
  v.metadata({ ref: "BulkTargets" }),
);
export type BulkTargets = v.InferOutput<typeof bulkTargetsSchema>;

export const BULK_ACTIONS = ["add-tag", "remove-tag", "retire", "restore", "delete"] as const;
export type BulkActionKind = (typeof BULK_ACTIONS)[number];

export const bulkActionSchema = v.variant("kind", [
  v.strictObject({ kind: v.literal("add-tag"), tag: tagSchema }),
  v.strictObject({ kind: v.literal("remove-tag"), tag: tagSchema }),
  v.strictObject({ kind: v.literal("retire") }),
  v.strictObject({ kind: v.literal("restore") }),
  v.strictObject({ kind: v.literal("delete") }),
]);
export type BulkAction = v.InferOutput<typeof bulkActionSchema>;

export const bulkChangeInputSchema = v.pipe(
  v.strictObject({
    targets: bulkTargetsSchema,
    action: bulkActionSchema,
    /** How many devices it is meant for: when there are more or fewer now, nothing is changed. */
    expected: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  }),
  v.metadata({ ref: "BulkChangeInput" }),
);
export type BulkChangeInput = v.InferOutput<typeof bulkChangeInputSchema>;

/** What a bulk change did. `changed` are those of its `targets` that were not so already. */
export const bulkChangeSchema = v.pipe(
  v.object({
    id: idSchema,
    action: bulkActionSchema,
    targets: v.pipe(v.number(), v.integer()),
    changed: v.pipe(v.number(), v.integer()),
    madeAt: timestampSchema,
    undoneAt: v.nullable(timestampSchema),
  }),
  v.metadata({ ref: "BulkChange" }),
);
export type BulkChange = v.InferOutput<typeof bulkChangeSchema>;

/** How many devices are meant, and some of them by name, to look at before. */
export const bulkPreviewSchema = v.pipe(
  v.object({
    total: v.pipe(v.number(), v.integer()),
    some: v.array(
      v.object({ id: idSchema, name: v.string(), siteName: v.string(), provenance: provenanceSchema }),
    ),
  }),
  v.metadata({ ref: "BulkPreview" }),
);
export type BulkPreview = v.InferOutput<typeof bulkPreviewSchema>;
