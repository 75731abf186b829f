import { CLAIM_ALPHABET, CLAIM_LENGTH } from "../../protocol/gateways/gateway.ts";
import type { Random } from "../../protocol/random.ts";

/** A fresh claim code in its normal form: 40 random bits, eight letters without hyphen. */
export function makeClaimCode(random: Random): string {
  // 256 is a multiple of the alphabet's 32 letters, so each is equally likely.
  return Array.from(random.bytes(CLAIM_LENGTH), (byte) => CLAIM_ALPHABET[byte % CLAIM_ALPHABET.length]!).join(
    "",
  );
}

/** What is stored of a code: SHA-256 of its normal form, hex. The code itself is shown once and kept nowhere. */
export async function hashClaimCode(code: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(code));
  return new Uint8Array(digest).toHex();
}
