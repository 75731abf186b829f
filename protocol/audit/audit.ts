import * as v from "valibot";
import { listQueryEntries, timestampSchema } from "../api/list.ts";
import { provenanceSchema } from "../devices/provenance.ts";

/** Who did what to what, from where, and what it was before and after. */
export const auditEntrySchema = v.pipe(
  v.object({
    /** Counts up from 1 in each organisation. */
    seq: v.pipe(v.number(), v.integer()),
    at: timestampSchema,
    /** Null for a command on the machine itself. */
    actor: v.nullable(v.object({ id: v.string(), name: v.string() })),
    /** As `site.update`. */
    action: v.string(),
    /** `provenance`: simulated of a simulated device, and of what a job did on one, as long as they are there. */
    target: v.object({ kind: v.string(), id: v.string(), name: v.string(), provenance: provenanceSchema }),
    /** Of the site it is about, or whose device or gateway it is about; null where there is none. */
    timeZone: v.nullable(v.string()),
    /** The address it came from; null where there is none. */
    from: v.nullable(v.string()),
    before: v.nullable(v.record(v.string(), v.unknown())),
    after: v.nullable(v.record(v.string(), v.unknown())),
    /** SHA-256 over the entry and the hash before it, hex. */
    hash: v.string(),
  }),
  v.metadata({ ref: "AuditEntry" }),
);
export type AuditEntry = v.InferOutput<typeof auditEntrySchema>;

const { limit, cursor, q } = listQueryEntries;

/** `GET /api/v1/audit`: newest first. `q` searches names of people and targets. */
export const auditQuerySchema = v.strictObject({
  limit,
  cursor,
  q,
  action: v.optional(v.pipe(v.string(), v.regex(/^[a-z]+(\.[a-z-]+)?$/, "must be as site.update, or site"))),
  actor: v.optional(v.pipe(v.string(), v.maxLength(100))),
  target: v.optional(v.pipe(v.string(), v.maxLength(100))),
  from: v.optional(timestampSchema),
  to: v.optional(timestampSchema),
});
export type AuditQuery = v.InferOutput<typeof auditQuerySchema>;
