import type { Clock } from "../../protocol/clock.ts";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import { parseProof, proofSigningText } from "../../protocol/gateways/request-proof.ts";
import { MINUTE } from "../../protocol/units.ts";
import type { CloudDatabase } from "../database/database.ts";
import type { KeyRotations } from "./key-rotation.ts";
import { refusalOf } from "./standing.ts";

/** A nonce may be signed so long; a download that takes longer has been let in by then. */
const NONCE_LIFETIME_MS = 5 * MINUTE;

export interface GatewayProofParts {
  db: CloudDatabase;
  clock: Clock;
  /** Of this installation. */
  secret: string;
  keys: Pick<KeyRotations, "signer">;
}

/**
 * Who a request of a gateway's own comes from. A nonce is a time with a code that only this installation can make, so that
 * none has to be kept and any process of it knows one by itself.
 */
export class GatewayProofs {
  readonly #parts: GatewayProofParts;
  #key: Promise<CryptoKey> | null = null;

  constructor(parts: GatewayProofParts) {
    this.#parts = parts;
  }

  async nonce(): Promise<string> {
    const time = String(this.#parts.clock.nowMs());
    return `${time}.${await this.#codeOf(time)}`;
  }

  /** Codes: `gateway.proof-required`, `gateway.unknown`, `gateway.bad-signature`, `gateway.revoked`, `site.deleted`. */
  async check(authorization: string, path: string): Promise<Result<{ id: string; organizationId: string }>> {
    const proof = parseProof(authorization);
    if (proof === null) return refuse("gateway.proof-required", "there is no proof of a gateway");
    if (!(await this.#isFresh(proof.nonce)))
      return refuse("gateway.proof-required", "the nonce is none of this service, or too old");
    const { db, keys } = this.#parts;
    const gateway = await db.read
      .selectFrom("gateway")
      .select([
        "id",
        "organization_id",
        "public_key",
        "next_public_key",
        "next_key_ms",
        "revoked_ms",
        "paused_ms",
      ])
      .where("id", "=", proof.gateway)
      .executeTakeFirst();
    if (gateway === undefined) return refuse("gateway.unknown", `gateway ${proof.gateway}`);
    const text = proofSigningText(proof.nonce, proof.gateway, path);
    if ((await keys.signer(gateway, text, proof.signature)) === null)
      return refuse("gateway.bad-signature", `gateway ${proof.gateway}`);
    const refusal = refusalOf(gateway);
    return refusal === null
      ? accept({ id: gateway.id, organizationId: gateway.organization_id })
      : { ok: false, refusal };
  }

  async #isFresh(nonce: string): Promise<boolean> {
    const [time = "", code = ""] = nonce.split(".");
    const ageMs = this.#parts.clock.nowMs() - Number(time);
    if (!(ageMs >= 0 && ageMs <= NONCE_LIFETIME_MS)) return false;
    try {
      const key = await this.#hmacKey();
      return await crypto.subtle.verify("HMAC", key, Uint8Array.fromBase64(code, URL_SAFE), encode(time));
    } catch {
      // What is no base64 is no code.
      return false;
    }
  }

  async #codeOf(time: string): Promise<string> {
    const code = await crypto.subtle.sign("HMAC", await this.#hmacKey(), encode(time));
    return new Uint8Array(code).toBase64({ ...URL_SAFE, omitPadding: true });
  }

  #hmacKey(): Promise<CryptoKey> {
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    const bytes = encode(`gateway nonces\n${this.#parts.secret}`);
    this.#key ??= crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign", "verify"]);
    return this.#key;
  }
}

const URL_SAFE = { alphabet: "base64url" } as const;
const encode = (text: string) => new TextEncoder().encode(text);
