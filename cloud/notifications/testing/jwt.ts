import { createPublicKey, type KeyObject, verify } from "node:crypto";

export interface Jwt {
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
}

/** Reads a signed token strictly (RFC 7519, 7518); null when its signature is not the key's or anything is amiss. */
export function readJwt(token: string, algorithm: "ES256" | "RS256", key: KeyObject | string): Jwt | null {
  const parts = token.split(".");
  if (parts.length !== 3 || !parts.every((part) => /^[A-Za-z0-9_-]+$/.test(part))) return null;
  const [head, body, signature] = parts as [string, string, string];
  const decoded = (part: string) =>
    JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;
  const header = decoded(head);
  if (header.alg !== algorithm) return null;
  const ok = verify(
    "sha256",
    Buffer.from(`${head}.${body}`),
    {
      key: typeof key === "string" ? createPublicKey(key) : key,
      ...(algorithm === "ES256" ? { dsaEncoding: "ieee-p1363" as const } : {}),
    },
    Buffer.from(signature, "base64url"),
  );
  return ok ? { header, claims: decoded(body) } : null;
}

/** The key of an uncompressed P-256 point in base64url, as VAPID has it. */
export function pointKey(point: string): KeyObject {
  const bytes = Buffer.from(point, "base64url");
  if (bytes.length !== 65 || bytes[0] !== 4) throw new Error("no uncompressed P-256 point");
  const [x, y] = [bytes.subarray(1, 33), bytes.subarray(33)].map((part) => part.toString("base64url"));
  return createPublicKey({ key: { kty: "EC", crv: "P-256", x: x!, y: y! }, format: "jwk" });
}
