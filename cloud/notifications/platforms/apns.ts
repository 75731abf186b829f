import { createPrivateKey } from "node:crypto";
import { Notification, Provider } from "apn";
import * as v from "valibot";
import { accept, refuse } from "../../../protocol/errors.ts";
import { gone, type Outcome, refused, sent } from "../../../protocol/notifications/outcome.ts";
import { DAY, SECOND } from "../../../protocol/units.ts";
import { type ApnsFault, mendRequests } from "./apns-client.ts";
import { apnsNotes, apnsPayload, apnsPriority } from "./apns-mapping.ts";
import { later, ofFault, readRetryAfter, reasonOf, timeLeft, tooLarge, utf8Bytes } from "./fates.ts";
import type { Handing, Platform, PlatformParts } from "./platform.ts";

/** Apple's devices, by the provider API over HTTP/2 with a signed token (@parse/node-apn). */

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
const TIMEOUT_MS = 15 * SECOND;
/**
 * The runtime counts a WINDOW_UPDATE for a stream that has ended, which RFC 9113 section 5.1 allows, as an invalid frame, and
 * after a thousand of them ends the connection with all that is under way: after some 4,000 messages.
 */
const FRAMES_MAX = 2 ** 31 - 1;

export const apns: Platform<"apns", ApnsCredentials> = {
  name: "apns",
  limits,
  credentials,
  describe: ({ topic, teamId, keyId, environment }) => ({ topic, teamId, keyId, environment }),
  notes: apnsNotes,
  payload: (message, id) => JSON.stringify(apnsPayload(message, id)),

  open({ key, keyId, teamId, topic, environment }, parts) {
    try {
      if (createPrivateKey(key).asymmetricKeyDetails?.namedCurve !== "prime256v1")
        return refuse("push.credentials-invalid", "the key is not of the P-256 curve, as Apple's are");
      const provider = new Provider({
        token: { key, keyId, teamId },
        production: environment === "production",
        connectionRetryLimit: 0,
        requestTimeout: TIMEOUT_MS,
        ...({ maxSessionInvalidFrames: FRAMES_MAX } as object),
        ...elsewhere(parts.hosts),
      });
      mendRequests(provider);
      return accept({
        send: (handing) => send(handing, provider, topic, parts),
        close: () => void provider.shutdown(),
      });
    } catch (error) {
      return refuse("push.credentials-invalid", reasonOf(error));
    }
  },
};

function elsewhere({ apns: host, authority }: PlatformParts["hosts"]): object {
  if (host === null) return {};
  const { hostname, port } = new URL(host);
  return {
    address: hostname,
    port: Number(port || 443),
    ...(authority === null ? {} : { ca: authority }),
  };
}

async function send(
  handing: Handing<"apns">,
  provider: Provider,
  topic: string,
  parts: PlatformParts,
): Promise<Outcome> {
  const { message, id, address, receipt } = handing;
  const payload = apnsPayload(message, id, receipt);
  const large = tooLarge(utf8Bytes(JSON.stringify(payload)), limits.payloadBytes);
  if (large !== null) return large;
  const notification = new Notification();
  notification.rawPayload = payload;
  notification.topic = topic;
  notification.id = id;
  notification.pushType = "alert";
  notification.priority = apnsPriority(message.priority);
  // 0 is Apple's "now or never" too.
  const left = timeLeft(handing, parts.clock, limits);
  notification.expiry = left === 0 ? 0 : Math.floor(parts.clock.nowMs() / SECOND) + left;
  // Without a key of its own it is its own: of one that is handed over twice the device shows one.
  notification.collapseId = message.collapseKey ?? id;
  const once = async (): Promise<Outcome> => {
    const { sent: taken, failed } = await provider.send(notification, address.token);
    const accepted = taken[0] as { "apns-id"?: string } | undefined;
    return accepted === undefined
      ? outcomeOf(failed[0] as ApnsFault, parts)
      : sent(accepted["apns-id"] ?? id);
  };
  try {
    const outcome = await once();
    // The library has signed another token meanwhile.
    return outcome.outcome === "retryable" && outcome.reason.includes(EXPIRED) ? await once() : outcome;
  } catch (error) {
    return ofFault(error);
  }
}

const EXPIRED = "ExpiredProviderToken";
const ENDED = new Set(["BadDeviceToken", "Unregistered", "ExpiredToken"]);

function outcomeOf(
  { status, response, error, retryAfterHeader }: ApnsFault,
  { clock }: PlatformParts,
): Outcome {
  const code = response?.reason ?? (error === undefined ? "" : reasonOf(error));
  if (status === undefined || typeof status !== "number") return ofFault(error ?? "the connection failed");
  const reason = `${status} ${code}`.trim();
  if (status === 410 || ENDED.has(code)) return gone(`Apple knows the device no more (${code || status})`);
  if (code.includes(EXPIRED)) return later(503, reason, null);
  if (status === 429 || status >= 500) return later(status, reason, readRetryAfter(retryAfterHeader, clock));
  return refused(reason);
}
