import type { Random } from "../../protocol/random.ts";

const TOKEN_BYTES = 32;

/** What makes a link good for whoever has it. Only its hash is ever kept. */
export function makeLinkToken(random: Random): string {
  return random.bytes(TOKEN_BYTES).toBase64({ alphabet: "base64url", omitPadding: true });
}

/** SHA-256, hex. */
export async function hashLinkToken(token: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  return new Uint8Array(digest).toHex();
}
