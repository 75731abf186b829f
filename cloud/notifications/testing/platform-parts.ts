import { generateKeyPairSync } from "node:crypto";
import * as v from "valibot";
import type { Clock } from "../../../protocol/clock.ts";
import { accept } from "../../../protocol/errors.ts";
import { type MessageInput, messageSchema } from "../../../protocol/notifications/message.ts";
import { refused } from "../../../protocol/notifications/outcome.ts";
import { secureRandom, systemClock } from "../../clock/clock.ts";
import { createOutbound, systemResolve } from "../../outbound/outbound.ts";
import type { BrokerSessions } from "../platforms/broker-session.ts";
import type { PlatformHosts, PlatformParts } from "../platforms/platform.ts";
import { toKey, type Vapid, type VapidKey } from "../vapid.ts";

export const DELIVERY = "01930000-0000-7000-8000-000000000001";
export const message = (input: Partial<MessageInput> = {}) =>
  v.parse(messageSchema, { title: "Door open", body: "Cold room 2", ...input });

/** A P-256 or RSA key pair in PEM. */
export function keyPair(kind: "ec" | "rsa"): { privateKey: string; publicKey: string } {
  const publicKeyEncoding = { type: "spki", format: "pem" } as const;
  const privateKeyEncoding = { type: "pkcs8", format: "pem" } as const;
  return kind === "ec"
    ? generateKeyPairSync("ec", { namedCurve: "P-256", publicKeyEncoding, privateKeyEncoding })
    : generateKeyPairSync("rsa", { modulusLength: 2_048, publicKeyEncoding, privateKeyEncoding });
}

/** VAPID keys that are in memory only; the last one is the present one. */
export async function memoryVapid(count = 1): Promise<Vapid & { keys: VapidKey[] }> {
  const keys = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const algorithm = { name: "ECDSA", namedCurve: "P-256" };
      const pair = (await crypto.subtle.generateKey(algorithm, true, ["sign"])) as CryptoKeyPair;
      const jwk = await crypto.subtle.exportKey("jwk", pair.privateKey);
      return toKey(`vapid-${index}`, jwk, "mailto:push@homepot.test");
    }),
  );
  const find = (id: string | null) => keys.find((key) => key.id === id) ?? keys.at(-1)!;
  return {
    keys,
    ensure: async () => undefined,
    publicKey: async () => accept(find(null).publicKey),
    idOf: async () => null,
    list: async () => [],
    key: async (id) => accept(find(id)),
    rotate: async () => ({ publicKey: "", forgotten: 0 }),
  };
}

/** What a platform is opened with, its doubles reached because they are named. */
export async function platformParts(
  options: {
    allowed?: string[];
    hosts?: Partial<PlatformHosts>;
    authority?: string;
    clock?: Clock;
    vapid?: Vapid;
    sessions?: BrokerSessions;
  } = {},
): Promise<PlatformParts> {
  const { allowed = [], hosts = {}, authority = null, clock = systemClock } = options;
  return {
    clock,
    random: secureRandom,
    outbound: createOutbound({ clock, resolve: systemResolve, fetch, allowed, authority }),
    vapid: options.vapid ?? (await memoryVapid()),
    hosts: { fcm: null, fcmToken: null, apns: null, wnsToken: null, authority, ...hosts },
    toDevice: async () => refused("no devices here"),
    sessions: options.sessions ?? null,
  };
}
