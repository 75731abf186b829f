/**
 * How a gateway proves who it is in a request of its own, beside its line: it signs a nonce that the cloud gave out a
 * moment ago, with what it asks for. The gateway's clock has no part in it.
 *
 *     gateway                                    cloud
 *       GET …                                →
 *                                            ←   401  WWW-Authenticate: Homepot-Gateway nonce="…"
 *       GET …  Authorization: Homepot-Gateway gateway="…", nonce="…", signature="…"   →
 */

const SCHEME = "Homepot-Gateway";

export interface RequestProof {
  gateway: string;
  nonce: string;
  /** Ed25519 over {@link proofSigningText}, base64url. */
  signature: string;
}

/** The text that is signed. `path` is that of the request, without a query. */
export function proofSigningText(nonce: string, gateway: string, path: string): string {
  return `homepot request 1\n${nonce}\n${gateway}\n${path}`;
}

export function formatChallenge(nonce: string): string {
  return `${SCHEME} nonce="${nonce}"`;
}

/** The nonce of a `WWW-Authenticate`; null when there is none. */
export function parseChallenge(header: string): string | null {
  return /^Homepot-Gateway nonce="([\w.-]{1,200})"$/.exec(header)?.[1] ?? null;
}

export function formatProof({ gateway, nonce, signature }: RequestProof): string {
  return `${SCHEME} gateway="${gateway}", nonce="${nonce}", signature="${signature}"`;
}

const PROOF =
  /^Homepot-Gateway gateway="([0-9a-f-]{36})", nonce="([\w.-]{1,200})", signature="([\w-]{1,200})"$/;

/** Reads an `Authorization`; null when it is none of these. */
export function parseProof(header: string): RequestProof | null {
  const [, gateway, nonce, signature] = PROOF.exec(header) ?? [];
  return gateway === undefined || nonce === undefined || signature === undefined
    ? null
    : { gateway, nonce, signature };
}
