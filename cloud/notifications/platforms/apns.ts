import * as v from "valibot";
import { accept, refuse } from "../../../protocol/errors.ts";
import { gone, type Outcome, refused, sent } from "../../../protocol/notifications/outcome.ts";
import { DAY, SECOND } from "../../../protocol/units.ts";
import { type ApnsAnswer, type AskApple, appleAt } from "./apns-client.ts";
import { apnsNotes, apnsPayload, apnsPriority } from "./apns-mapping.ts";
import { type ProviderToken, providerTokens } from "./apns-token.ts";
import { later, ofFault, readRetryAfter, reasonOf, timeLeft, tooLarge, utf8Bytes } from "./fates.ts";
import type { Handing, Platform, PlatformParts } from "./platform.ts";

/** Apple's devices, by the provider API over HTTP/2 with a signed token. */

const TEN = v.regex(/^[A-Z0-9]{10}$/, "must be the ten characters of Apple's developer account");
const credentials = v.pipe(
  v.strictObject({
    /** The file AuthKey_….p8. */
    key: v.pipe(v.string("must be a text"), v.includes("PRIVATE KEY", "must be the whole .p8 file")),
    keyId: v.pipe(v.string("must be a text"), TEN),
    teamId: v.pipe(v.string("must be a text"), TEN),
    /** Bundle id of the app. */
    topic: v.pipe(
      v.string("must be a text"),
      v.regex(/^[A-Za-z0-9.-]{1,155}$/, "must be the app's bundle id"),
    ),
    environment: v.optional(
      v.picklist(["production", "sandbox"], "must be production or sandbox"),
      "production",
    ),
  }),
  v.metadata({ ref: "ApnsCredentials" }),
);
export type ApnsCredentials = v.InferOutput<typeof credentials>;

const limits = { payloadBytes: 4_096, timeToLiveSeconds: (30 * DAY) / SECOND };
export const apns: Platform<"apns", ApnsCredentials> = {
  name: "apns",
  limits,
  credentials,
  describe: ({ topic, teamId, keyId, environment }) => ({ topic, teamId, keyId, environment }),
  notes: apnsNotes,
  payload: (message, id) => JSON.stringify(apnsPayload(message, id)),

  open({ key, keyId, teamId, topic, environment }, parts) {
    try {
      const tokens = providerTokens({ key, keyId, teamId }, parts.clock);
      const ask = appleAt(environment, parts.hosts, parts.clock);
      return accept({
        send: (handing) => send(handing, { ask, tokens, topic }, parts),
        // The runtime ends connections that nobody uses.
        close: () => undefined,
      });
    } catch (error) {
      return refuse("push.credentials-invalid", reasonOf(error));
    }
  },
};

interface Opened {
  ask: AskApple;
  tokens: ProviderToken;
  topic: string;
}

async function send(
  handing: Handing<"apns">,
  { ask, tokens, topic }: Opened,
  parts: PlatformParts,
): Promise<Outcome> {
  const { message, id, address, receipt } = handing;
  const payload = JSON.stringify(apnsPayload(message, id, receipt));
  const large = tooLarge(utf8Bytes(payload), limits.payloadBytes);
  if (large !== null) return large;
  // 0 is Apple's "now or never" too.
  const left = timeLeft(handing, parts.clock, limits);
  const headers = {
    ...{ "apns-topic": topic, "apns-id": id, "apns-push-type": "alert" },
    "apns-priority": String(apnsPriority(message.priority)),
    "apns-expiration": String(left === 0 ? 0 : Math.floor(parts.clock.nowMs() / SECOND) + left),
    // Without a key of its own it is its own: of one that is handed over twice the device shows one.
    "apns-collapse-id": message.collapseKey ?? id,
  };
  const once = (authorization: string) => ask(address.token, { ...headers, authorization }, payload);
  try {
    const authorization = tokens.get();
    let answer = await once(authorization);
    if (answer.reason === EXPIRED) {
      tokens.renew(authorization);
      answer = await once(tokens.get());
    }
    return outcomeOf(answer, id, parts);
  } catch (error) {
    return ofFault(error);
  }
}

const EXPIRED = "ExpiredProviderToken";
const ENDED = new Set(["BadDeviceToken", "Unregistered", "ExpiredToken"]);

function outcomeOf(
  { status, headers, reason: code }: ApnsAnswer,
  id: string,
  { clock }: PlatformParts,
): Outcome {
  if (status === 200) return sent(headers.get("apns-id") ?? id);
  const reason = `${status} ${code}`.trim();
  if (status === 410 || ENDED.has(code)) return gone(`Apple knows the device no more (${code || status})`);
  if (code === EXPIRED) return later(503, reason, null);
  if (status === 429 || status >= 500)
    return later(status, reason, readRetryAfter(headers.get("retry-after"), clock));
  return refused(reason);
}
