import * as v from "valibot";
import { publicKeySchema } from "../../gateways/gateway.ts";
import { idSchema } from "../../ids.ts";

/** An Ed25519 signature (RFC 8032), 64 bytes in base64url without padding. */
const signatureSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{86}$/, "must be an Ed25519 signature"));

/** The gateway has made the key that it was to make. Both signatures are of `keySigningText`. */
export const keyMade = v.object({
  kind: v.literal("key.made"),
  rotation: idSchema,
  publicKey: publicKeySchema,
  /** With the key that is in use. */
  signature: signatureSchema,
  /** With the new one. */
  possession: signatureSchema,
});
export type KeyMade = v.InferOutput<typeof keyMade>;
