import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import type { Clock } from "../../../protocol/clock.ts";
import { MINUTE, SECOND } from "../../../protocol/units.ts";

/** The provider token that every request to Apple has: an ES256 JWT, signed once for many. */

/** Apple takes it for an hour, and not another one within twenty minutes. */
const SIGNED_ANEW_MS = 50 * MINUTE;

export interface ProviderToken {
  /** The header's value. */
  get(): string;
  /** `refused` was: the next is another, unless somebody has asked for that already. */
  renew(refused: string): void;
}

/** Throws when `key` (PEM) is none of the P-256 curve, as Apple's are. */
export function providerTokens(
  { key, keyId, teamId }: { key: string; keyId: string; teamId: string },
  clock: Clock,
): ProviderToken {
  const privateKey = createPrivateKey(key);
  if (privateKey.asymmetricKeyDetails?.namedCurve !== "prime256v1")
    throw new Error("the key is not of the P-256 curve, as Apple's are");
  let kept: { header: string; signedMs: number } | null = null;
  return {
    get() {
      const nowMs = clock.nowMs();
      if (kept === null || nowMs - kept.signedMs >= SIGNED_ANEW_MS || nowMs < kept.signedMs)
        kept = { header: `bearer ${signed(privateKey, keyId, teamId, nowMs)}`, signedMs: nowMs };
      return kept.header;
    },
    renew(refused) {
      if (kept?.header === refused) kept = null;
    },
  };
}

function signed(key: KeyObject, keyId: string, teamId: string, nowMs: number): string {
  const head = [
    { alg: "ES256", kid: keyId },
    { iss: teamId, iat: Math.floor(nowMs / SECOND) },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  // RFC 7518 section 3.4: both numbers as they are, and not in DER.
  const signature = sign("sha256", Buffer.from(head), { key, dsaEncoding: "ieee-p1363" });
  return `${head}.${signature.toString("base64url")}`;
}
