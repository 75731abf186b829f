import * as v from "valibot";
import type { Clock } from "../../../protocol/clock.ts";
import { accept } from "../../../protocol/errors.ts";
import type { Message, Priority } from "../../../protocol/notifications/message.ts";
import {
  gone,
  type Outcome,
  refused,
  retryable,
  sent,
  throttled,
} from "../../../protocol/notifications/outcome.ts";
import { DAY, MINUTE, SECOND } from "../../../protocol/units.ts";
import type { OutboundAnswer } from "../../outbound/outbound.ts";
import { askedTwice, readToken, TokenError } from "./access-token.ts";
import { later, ofFault, readRetryAfter, THROTTLED_MS, timeLeft, tooLarge, utf8Bytes } from "./fates.ts";
import type { Handing, Platform, PlatformParts } from "./platform.ts";
import { wnsContent, wnsNotes } from "./wns-xml.ts";

/** Windows (WNS), with a token of Microsoft Entra ID for the app. */

const credentials = v.pipe(
  v.strictObject({
    tenantId: v.pipe(v.string("must be a text"), v.uuid("must be the directory (tenant) id, a UUID")),
    clientId: v.pipe(v.string("must be a text"), v.uuid("must be the application (client) id, a UUID")),
    clientSecret: v.pipe(v.string("must be a text"), v.minLength(1, "must not be empty"), v.maxLength(200)),
  }),
  v.metadata({ ref: "WnsCredentials" }),
);
export type WnsCredentials = v.InferOutput<typeof credentials>;

const limits = { payloadBytes: 5_000, timeToLiveSeconds: (7 * DAY) / SECOND };
const SCOPE = "https://wns.windows.com/.default";
const ENTRA = "https://login.microsoftonline.com";
/** Microsoft's channels; another host would be given our token. */
const CHANNEL_HOST = /\.notify\.windows\.com$/;
/** Tokens are good for at least an hour. */
const TOKEN_KEPT_MS = 50 * MINUTE;
const PRIORITY: Record<Priority, string> = { low: "low", normal: "medium", high: "high", critical: "high" };

export const wns: Platform<"wns", WnsCredentials> = {
  name: "wns",
  limits,
  credentials,
  describe: ({ tenantId, clientId }) => ({ tenantId, clientId }),
  notes: wnsNotes,
  payload: (message, id) => wnsContent(message, id).body,

  open(given, parts) {
    const token = entraTokens(given, parts);
    return accept({ send: (handing) => send(handing, token, parts), close: () => undefined });
  },
};

interface Tokens {
  get(): Promise<string>;
  /** This one was refused. */
  drop(token: string): void;
}

function entraTokens({ tenantId, clientId, clientSecret }: WnsCredentials, parts: PlatformParts): Tokens {
  const { outbound, clock, hosts } = parts;
  let kept: { token: Promise<string>; value: string | null; untilMs: number } | null = null;
  const ask = async (): Promise<string> =>
    readToken(
      await outbound.fetch(`${hosts.wnsToken ?? ENTRA}/${tenantId}/oauth2/v2.0/token`, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({
          ...{ grant_type: "client_credentials", scope: SCOPE },
          ...{ client_id: clientId, client_secret: clientSecret },
        }).toString(),
      }),
    );
  return {
    async get() {
      if (kept === null || clock.nowMs() >= kept.untilMs) {
        const mine = {
          token: askedTwice(ask),
          value: null as string | null,
          untilMs: clock.nowMs() + TOKEN_KEPT_MS,
        };
        kept = mine;
        mine.token.then(
          (value) => {
            mine.value = value;
          },
          () => {
            if (kept === mine) kept = null;
          },
        );
      }
      return kept.token;
    },
    drop(token) {
      if (kept?.value === token) kept = null;
    },
  };
}

async function send(handing: Handing<"wns">, tokens: Tokens, parts: PlatformParts): Promise<Outcome> {
  const { outbound, clock } = parts;
  const { message, id, address } = handing;
  const { body, type } = wnsContent(message, id);
  const large = tooLarge(utf8Bytes(body), limits.payloadBytes);
  if (large !== null) return large;
  const url = URL.parse(address.channelUri);
  const checked = outbound.check(address.channelUri);
  if (url === null || !checked.ok)
    return refused(checked.ok ? "the channel is no address" : checked.refusal.detail);
  if (!CHANNEL_HOST.test(url.hostname) && !checked.value.isAllowed)
    return refused("the channel is not one of Windows: its host must end in .notify.windows.com");
  const post = async (token: string): Promise<OutboundAnswer> =>
    outbound.fetch(address.channelUri, {
      method: "POST",
      headers: { ...headersOf(handing, clock), authorization: `Bearer ${token}`, "content-type": type },
      body,
    });
  try {
    const token = await tokens.get();
    const answer = await post(token);
    if (answer.status !== 401) return outcomeOf(answer, clock);
    // It ended before its time: a new one, once.
    tokens.drop(token);
    return outcomeOf(await post(await tokens.get()), clock);
  } catch (error) {
    if (!(error instanceof TokenError)) return ofFault(error);
    return error.status === 429 || error.status >= 500 ? retryable(error.message) : refused(error.message);
  }
}

function headersOf(handing: Handing<"wns">, clock: Clock): Record<string, string> {
  const { message, id } = handing;
  const left = timeLeft(handing, clock, limits);
  return {
    "x-wns-type": message.windows === "raw" ? "wns/raw" : `wns/${message.windows}`,
    "x-wns-requestforstatus": "true",
    "x-wns-cache-policy": left === 0 ? "no-cache" : "cache",
    "x-wns-priority": PRIORITY[message.priority],
    ...(left === 0 ? {} : { "x-wns-ttl": String(left) }),
    // Without a key of its own it is its own: of one that is handed over twice Windows shows one.
    ...(hasTag(message) ? { "x-wns-tag": tagOf(message.collapseKey ?? id) } : {}),
  };
}

const hasTag = ({ windows }: Message) => windows === "toast" || windows === "tile";

/** At most 16 letters and digits; any other key stands for itself by its hash. */
function tagOf(key: string): string {
  if (/^[A-Za-z0-9]{1,16}$/.test(key)) return key;
  return new Bun.CryptoHasher("sha256").update(key).digest("hex").slice(0, 16);
}

function outcomeOf({ status, headers }: OutboundAnswer, clock: Clock): Outcome {
  const state = headers.get("x-wns-status")?.toLowerCase();
  const reason = [status, state, headers.get("x-wns-error-description")?.slice(0, 150)]
    .filter(Boolean)
    .join(" ");
  const retryAfterMs = readRetryAfter(headers.get("retry-after"), clock);
  if (status === 200) {
    if (state === "channelthrottled") return throttled(reason, retryAfterMs ?? THROTTLED_MS);
    // The user turned notifications off, or the device is away and nothing is kept for it.
    if (state === "dropped") return refused(`Windows dropped it: ${reason}`);
    return sent(headers.get("x-wns-msg-id"));
  }
  if (status === 404 || status === 410) return gone(`the app's channel has ended (${status})`);
  if (status === 406) return throttled(reason, retryAfterMs ?? THROTTLED_MS);
  return status === 429 || status >= 500 ? later(status, reason, retryAfterMs) : refused(reason);
}
