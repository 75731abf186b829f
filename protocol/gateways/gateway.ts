import * as v from "valibot";
import { listQueryEntries, sortSchema, timestampSchema } from "../api/list.ts";
import { idSchema } from "../ids.ts";
import { JOB_STATES } from "../jobs/job-machine.ts";
import { seqSchema } from "../log/cursor.ts";

/** A site's gateway as the cloud sees it, and how one is added. */

/** How far the last update of a gateway's program is, or what became of it: an execution of a job `gateway.update`. */
export const gatewayUpdateSchema = v.pipe(
  v.object({
    jobId: idSchema,
    executionId: idSchema,
    state: v.picklist(JOB_STATES),
    since: timestampSchema,
    percent: v.nullable(v.number()),
    message: v.nullable(v.string()),
    /** Why it ended as it did; null where all is well. */
    reason: v.nullable(v.string()),
  }),
  v.metadata({ ref: "GatewayUpdate" }),
);
export type GatewayUpdate = v.InferOutput<typeof gatewayUpdateSchema>;

export const gatewaySchema = v.pipe(
  v.object({
    id: idSchema,
    siteId: idSchema,
    siteName: v.string(),
    name: v.string(),
    connected: v.boolean(),
    /** When the present or the last connection began and ended; null before the first. */
    connectedAt: v.nullable(timestampSchema),
    lastSeenAt: v.nullable(timestampSchema),
    version: v.nullable(v.string()),
    protocol: v.nullable(v.number()),
    /** Null when it was never asked for one. */
    update: v.nullable(gatewayUpdateSchema),
    /** By how much the gateway's clock is ahead of the cloud's, ms, as last measured; negative: behind. */
    clockSkewMs: v.nullable(v.number()),
    /** How many entries the gateway held that the cloud had not yet applied, at the last word from it. */
    behind: v.object({ urgent: seqSchema, bulk: seqSchema }),
    /** Entries set aside: of a kind this cloud does not know, damaged, or failing. Kept, and stepped over. */
    unknownEntries: v.number(),
    /**
     * At most so many entries were gone at the gateway when it was to send them again, this cloud having been restored
     * from a backup.
     */
    forgottenEntries: v.object({ urgent: v.number(), bulk: v.number() }),
    /**
     * When two machines were last seen to be this gateway, as a disk that was copied makes it; null when not within a day.
     * Revoke it, or enrol one of them anew.
     */
    clonedAt: v.nullable(timestampSchema),
    revoked: v.boolean(),
    /** Since when it is known by the key it has. */
    keySince: timestampSchema,
    /** Another key that it was asked for; null when none is under way. `madeAt`: since when both are good. */
    keyRotation: v.nullable(v.object({ askedAt: timestampSchema, madeAt: v.nullable(timestampSchema) })),
    createdAt: timestampSchema,
  }),
  v.metadata({ ref: "Gateway" }),
);
export type Gateway = v.InferOutput<typeof gatewaySchema>;

export const gatewayQuerySchema = v.object({
  ...listQueryEntries,
  sort: sortSchema(["name", "siteName", "createdAt"]),
  site: v.optional(idSchema),
  /** Only those that have been heard, are not revoked and do not run this version. */
  notVersion: v.optional(v.pipe(v.string(), v.maxLength(100))),
});
export type GatewayQuery = v.InferOutput<typeof gatewayQuerySchema>;

/** A claim code: eight characters of Crockford's base 32 in two groups, `7KQF-2M9D`. Letters may be of either case. */
export const CLAIM_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
export const CLAIM_LENGTH = 8;
export const claimCodeSchema = v.pipe(
  v.string(),
  v.trim(),
  v.regex(/^[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}$/, "must be a claim code such as 7KQF-2M9D"),
  v.transform((code) => code.toUpperCase().replace("-", "").replaceAll("O", "0").replaceAll(/[IL]/g, "1")),
);

/** A code in the form people read: two groups of four. */
export function formatClaimCode(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

/**
 * `POST /api/v1/gateways/claim`: for an existing site by id, or by name (made when missing); or for the machine that takes the
 * place of a gateway, by that gateway's id.
 */
export const claimRequestSchema = v.pipe(
  v.union(
    [
      v.strictObject({ siteId: idSchema }),
      v.strictObject({ replaces: idSchema }),
      v.strictObject({ site: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100)) }),
    ],
    "needs siteId, site (a name) or replaces (a gateway)",
  ),
  v.metadata({ ref: "ClaimRequest" }),
);

export type ClaimRequest = v.InferOutput<typeof claimRequestSchema>;

export const claimSchema = v.pipe(
  v.object({ claim: v.string(), site: v.string(), siteId: idSchema, expiresAt: timestampSchema }),
  v.metadata({ ref: "Claim" }),
);
export type Claim = v.InferOutput<typeof claimSchema>;

/** A raw Ed25519 public key (RFC 8032), 32 bytes in base64url without padding. */
export const publicKeySchema = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_-]{43}$/, "must be a raw Ed25519 public key in base64url"),
);

/** `POST /api/v1/gateways/enroll`, unauthenticated but for the code. The private key never leaves the gateway. */
export const enrollRequestSchema = v.pipe(
  v.strictObject({
    claim: claimCodeSchema,
    publicKey: publicKeySchema,
    name: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(100)), ""),
    version: v.optional(v.pipe(v.string(), v.maxLength(40)), ""),
    /** Only if the code is for taking a gateway's place. */
    replace: v.optional(v.boolean(), false),
  }),
  v.metadata({ ref: "EnrollRequest" }),
);

export type EnrollRequest = v.InferOutput<typeof enrollRequestSchema>;

export const enrollResponseSchema = v.pipe(
  v.object({
    gatewayId: idSchema,
    siteId: idSchema,
    site: v.string(),
    organization: v.string(),
    /** It has taken the place of the machine that was this gateway. */
    replaced: v.optional(v.boolean(), false),
  }),
  v.metadata({ ref: "EnrollResponse" }),
);
export type EnrollResponse = v.InferOutput<typeof enrollResponseSchema>;
