import { createPrivateKey, sign } from "node:crypto";
import type { Clock } from "../../../protocol/clock.ts";
import { HOUR, MINUTE, SECOND } from "../../../protocol/units.ts";
import type { Outbound } from "../../outbound/outbound.ts";
import { askedTwice, readToken } from "./access-token.ts";

/** An access token of Google for a service account (RFC 7523), kept until shortly before it ends. */

const SCOPE = "https://www.googleapis.com/auth/firebase.messaging";
export const GOOGLE_TOKEN_URL = "https://oauth2.googleapis.com/token";
const RENEWED_BEFORE_MS = 5 * MINUTE;

export interface ServiceAccount {
  client_email: string;
  private_key: string;
}

export interface AccessToken {
  access_token: string;
  expires_in: number;
}

/**
 * Makes the getter of tokens; `drop` is for one that was refused before its time. Throws
 * when the key is none. It never asks the `token_uri` that an account file names:
 * that would be an address somebody else chose.
 */
export function googleTokens(
  account: ServiceAccount,
  { clock, outbound, url }: { clock: Clock; outbound: Outbound; url: string },
): { get(): Promise<AccessToken>; drop(): void } {
  const key = createPrivateKey(account.private_key);
  let kept: { token: Promise<string>; untilMs: number } | null = null;

  const ask = async (): Promise<string> => {
    const nowSeconds = Math.floor(clock.nowMs() / SECOND);
    const claims = {
      iss: account.client_email,
      scope: SCOPE,
      aud: GOOGLE_TOKEN_URL,
      iat: nowSeconds,
      exp: nowSeconds + HOUR / SECOND,
    };
    const head = [{ alg: "RS256", typ: "JWT" }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".");
    const assertion = `${head}.${sign("RSA-SHA256", Buffer.from(head), key).toString("base64url")}`;
    const answer = await outbound.fetch(url, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({
        grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
        assertion,
      }).toString(),
    });
    return readToken(answer);
  };

  const get = async (): Promise<AccessToken> => {
    if (kept === null || clock.nowMs() >= kept.untilMs) {
      const mine = { token: askedTwice(ask), untilMs: clock.nowMs() + HOUR - RENEWED_BEFORE_MS };
      kept = mine;
      mine.token.catch(() => {
        if (kept === mine) kept = null;
      });
    }
    const { token, untilMs } = kept;
    return { access_token: await token, expires_in: Math.max(1, (untilMs - clock.nowMs()) / SECOND) };
  };
  return {
    get,
    drop() {
      kept = null;
    },
  };
}
