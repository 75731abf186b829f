import * as v from "valibot";
import { releaseFileSchema, releaseSchema } from "./release.ts";

/** The releases that a control plane has and hands on. */
export const storedReleaseSchema = v.pipe(
  v.object({
    version: releaseSchema.entries.version,
    sequence: releaseSchema.entries.sequence,
    files: v.array(v.pipe(releaseFileSchema, v.metadata({ ref: "ReleaseFile" }))),
    /** SHA-256 of the key (SPKI, DER) that signed it, in hexadecimal. */
    keyFingerprint: v.string(),
  }),
  v.metadata({ ref: "Release" }),
);
export type StoredRelease = v.InferOutput<typeof storedReleaseSchema>;

/** `GET /api/v1/releases`: the newest first. */
export const releaseListSchema = v.object({ items: v.array(storedReleaseSchema) });
export type ReleaseList = v.InferOutput<typeof releaseListSchema>;
