import { accept } from "../../../protocol/errors.ts";
import type { AddressOf } from "../../../protocol/notifications/address.ts";
import { isUrgent, type Message } from "../../../protocol/notifications/message.ts";
import { gone, type Outcome, refused, sent } from "../../../protocol/notifications/outcome.ts";
import { DAY, SECOND } from "../../../protocol/units.ts";
import {
  changed,
  later,
  leftOut,
  notesOf,
  ofFault,
  readRetryAfter,
  timeLeft,
  tooLarge,
  utf8Bytes,
} from "./fates.ts";
import type { Handing, Platform, PlatformParts } from "./platform.ts";
import { encryptPush, makeSenderHalf, PLAIN_MAX_BYTES } from "./web-push-encryption.ts";

/** Browsers (RFC 8030, 8291, 8292): encrypted here for the browser alone, and signed with our VAPID key. */

const limits = { payloadBytes: PLAIN_MAX_BYTES, timeToLiveSeconds: (28 * DAY) / SECOND };
/** Of what Chromium and Firefox show. */
const BUTTONS_SHOWN = 2;
const SALT_BYTES = 16;

export const webPush: Platform<"web-push", null> = {
  name: "web-push",
  limits,
  credentials: null,
  describe: () => ({}),

  notes: (message) =>
    notesOf(message, [
      [
        ({ localization }) => localization !== undefined,
        leftOut("localization", "a browser has no texts of an app; title and body are shown"),
      ],
      [
        ({ sound }) => !["default", "none"].includes(sound),
        leftOut("sound", "browsers play their own sound"),
      ],
      [
        ({ actions }) => actions.length > BUTTONS_SHOWN,
        changed("actions", `browsers show the first ${BUTTONS_SHOWN} buttons`),
      ],
      [
        ({ priority }) => priority === "critical",
        changed("priority", "sent as high; it stays on the screen until somebody reacts"),
      ],
    ]),

  payload: (message, id) => payloadOf(message, id),

  open: (_, parts) => accept({ send: (handing) => send(handing, parts), close: () => undefined }),
};

/** What all who get a message get, but for its tag: made once for each message, however many there are. */
const bodies = new WeakMap<Message, string>();

/** What the service worker gets. */
function payloadOf(message: Message, id: string, receipt?: string): string {
  const known = bodies.get(message) ?? bodyOf(message);
  bodies.set(message, known);
  // Handed over twice, it is shown once.
  return `${JSON.stringify({ id, receipt, tag: message.collapseKey ?? id }).slice(0, -1)},${known}`;
}

function bodyOf(message: Message): string {
  const { title, body, data, image, link, actions, priority, category, sound, badge } = message;
  return JSON.stringify({
    ...{ title, body, link, image, category, badge },
    ...(Object.keys(data).length === 0 ? {} : { data }),
    ...(actions.length === 0 ? {} : { actions }),
    ...(sound === "none" ? { silent: true } : {}),
    ...(priority === "critical" ? { requireInteraction: true } : {}),
  }).slice(1);
}

async function send(handing: Handing<"web-push">, parts: PlatformParts): Promise<Outcome> {
  const { clock, random, outbound, vapid } = parts;
  const { address, message, id } = handing;
  const payload = payloadOf(message, id, handing.receipt);
  const large = tooLarge(utf8Bytes(payload), limits.payloadBytes);
  if (large !== null) return large;
  try {
    const key = await vapid.key(handing.vapidKeyId ?? null);
    if (!key.ok) return refused(key.refusal.detail);
    const body = await encrypted(payload, address, new Uint8Array(random.bytes(SALT_BYTES)));
    if (body === null) return refused("its key is none of the P-256 curve");
    const answer = await outbound.fetch(address.endpoint, {
      method: "POST",
      // RFC 8030 section 2.
      isOneOfMany: true,
      headers: {
        authorization: await key.value.authorization(new URL(address.endpoint).origin, clock.nowMs()),
        "content-encoding": "aes128gcm",
        "content-type": "application/octet-stream",
        ttl: String(timeLeft(handing, clock, limits)),
        urgency: isUrgent(message.priority) ? "high" : message.priority,
        // Without a key of its own it is its own: of one that is handed over twice the push service keeps one.
        topic: topicOf(message.collapseKey ?? id),
      },
      body,
    });
    return outcomeOf(answer.status, answer.headers, answer.text, parts);
  } catch (error) {
    return ofFault(error);
  }
}

async function encrypted(payload: string, { keys }: AddressOf<"web-push">, salt: Uint8Array<ArrayBuffer>) {
  const half = await makeSenderHalf(salt);
  try {
    return await encryptPush(new TextEncoder().encode(payload), keys, half);
  } catch {
    return null;
  }
}

/** RFC 8030 section 5.4: at most 32 characters of base64url. Any other key stands for itself by its hash. */
function topicOf(collapseKey: string): string {
  if (/^[A-Za-z0-9_-]{1,32}$/.test(collapseKey)) return collapseKey;
  return new Bun.CryptoHasher("sha256").update(collapseKey).digest("base64url").slice(0, 32);
}

function outcomeOf(status: number, headers: Headers, text: string, { clock }: PlatformParts): Outcome {
  if (status >= 200 && status < 300) return sent(headers.get("location"));
  const reason = `${status} ${text.slice(0, 100).replaceAll(/\s+/g, " ")}`.trim();
  if (status === 404 || status === 410) return gone(`the browser's subscription has ended (${status})`);
  if (status === 429 || status >= 500)
    return later(status, reason, readRetryAfter(headers.get("retry-after"), clock));
  return refused(reason);
}
