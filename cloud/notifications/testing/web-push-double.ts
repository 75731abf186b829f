import { createDecipheriv, createECDH, type ECDH, hkdfSync, randomBytes } from "node:crypto";
import type { AddressOf } from "../../../protocol/notifications/address.ts";
import type { KeyedCertificate } from "../../testing/local-certificate.ts";
import { cutShort, Faults } from "./fault.ts";
import { pointKey, readJwt } from "./jwt.ts";

/** A browser's push service (RFC 8030) that restricts each subscription to one VAPID key, with the browser behind it. */
export interface WebPushDouble extends AsyncDisposable {
  origin: string;
  /** A browser subscribes with this VAPID key. */
  subscribe(vapidPublicKey: string): AddressOf<"web-push">;
  /** What browsers got, decrypted. */
  taken: { id: string; headers: Record<string, string>; payload: Record<string, unknown> }[];
  /** By the id at the end of the endpoint. */
  faults: Faults;
}

interface Subscription {
  keys: ECDH;
  auth: Buffer;
  vapid: string;
}

const BODY_MAX_BYTES = 4_096;
const DAY_SECONDS = 86_400;

/** `checkEvery`: of so many requests one is looked at and decrypted, for a benchmark of who sends. */
export function startWebPush(certificate: KeyedCertificate, checkEvery = 1): WebPushDouble {
  let requests = 0;
  const subscriptions = new Map<string, Subscription>();
  const taken: WebPushDouble["taken"] = [];
  const faults = new Faults();
  const server = Bun.serve({
    ...{ port: 0, hostname: "127.0.0.1", idleTimeout: 60 },
    tls: { key: certificate.key, cert: certificate.certificate },
    http2: true,
    async fetch(request): Promise<Response> {
      const id = new URL(request.url).pathname.replace("/push/", "");
      const fault = faults.get(id);
      if (fault === "hang") return new Promise<Response>(() => undefined);
      if (fault === "reset") return cutShort();
      if (fault !== undefined && "afterMs" in fault) await Bun.sleep(fault.afterMs);
      else if (fault !== undefined)
        return Response.json(fault.body ?? {}, { status: fault.status, headers: fault.headers ?? {} });
      const subscription = subscriptions.get(id);
      if (subscription === undefined) return new Response("no such subscription", { status: 404 });
      const body = Buffer.from(await request.arrayBuffer());
      requests += 1;
      if (requests % checkEvery !== 0) return new Response(null, { status: 201 });
      const headers = Object.fromEntries(request.headers);
      const problem = problemOf(
        request.method,
        headers,
        body,
        subscription,
        `https://localhost:${server.port}`,
      );
      if (problem !== null) return new Response(problem[1], { status: problem[0] });
      const payload = JSON.parse(decrypt(body, subscription.keys, subscription.auth).toString());
      taken.push({ id, headers, payload });
      const location = `https://localhost:${server.port}/message/${taken.length}`;
      return new Response(null, { status: 201, headers: { location, ttl: headers.ttl! } });
    },
  });
  const origin = `https://localhost:${server.port}`;
  return {
    ...{ origin, taken, faults },
    subscribe(vapid) {
      const id = randomBytes(12).toString("base64url");
      const keys = createECDH("prime256v1");
      keys.generateKeys();
      const auth = randomBytes(16);
      subscriptions.set(id, { keys, auth, vapid });
      return {
        platform: "web-push",
        endpoint: `${origin}/push/${id}`,
        keys: { p256dh: keys.getPublicKey("base64url"), auth: auth.toString("base64url") },
      };
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

function problemOf(
  method: string,
  headers: Record<string, string>,
  body: Buffer,
  { vapid }: Subscription,
  origin: string,
): [status: number, text: string] | null {
  if (method !== "POST") return [405, "POST only"];
  if (!/^\d+$/.test(headers.ttl ?? "")) return [400, "TTL is missing (RFC 8030 section 5.2)"];
  if (!/^(very-low|low|normal|high)$/.test(headers.urgency ?? "normal")) return [400, "bad Urgency"];
  if (!/^[A-Za-z0-9_-]{1,32}$/.test(headers.topic ?? "a")) return [400, "bad Topic"];
  if (headers["content-encoding"] !== "aes128gcm") return [415, "aes128gcm only"];
  if (body.length > BODY_MAX_BYTES) return [413, "too large"];
  const [, token = "", key = ""] = /^vapid t=([^,]+), ?k=([\w-]+)$/.exec(headers.authorization ?? "") ?? [];
  if (token === "") return [401, "VAPID is missing (RFC 8292)"];
  if (key !== vapid) return [403, "the subscription is of another key"];
  const jwt = readJwt(token, "ES256", pointKey(key));
  if (jwt === null) return [403, "bad signature"];
  const { aud, exp, sub } = jwt.claims;
  const leftSeconds = Number(exp) - Date.now() / 1_000;
  if (aud !== origin) return [403, "wrong audience"];
  if (!(leftSeconds > 0 && leftSeconds <= DAY_SECONDS)) return [403, "bad expiry"];
  return /^(mailto:|https:)/.test(String(sub)) ? null : [403, "bad subject"];
}

/** RFC 8291 section 3 from the receiver's side, written apart from the sender's. Throws when it does not fit. */
export function decrypt(body: Buffer, keys: ECDH, auth: Buffer): Buffer {
  const salt = body.subarray(0, 16);
  const recordSize = body.readUInt32BE(16);
  const keyLength = body.readUInt8(20);
  const sender = body.subarray(21, 21 + keyLength);
  const record = body.subarray(21 + keyLength);
  if (keyLength !== 65 || record.length > recordSize) throw new Error("not one record of aes128gcm");
  const info = Buffer.concat([Buffer.from("WebPush: info\0"), keys.getPublicKey(), sender]);
  const material = Buffer.from(hkdfSync("sha256", keys.computeSecret(sender), auth, info, 32));
  const key = Buffer.from(hkdfSync("sha256", material, salt, "Content-Encoding: aes128gcm\0", 16));
  const nonce = Buffer.from(hkdfSync("sha256", material, salt, "Content-Encoding: nonce\0", 12));
  const decipher = createDecipheriv("aes-128-gcm", key, nonce);
  decipher.setAuthTag(record.subarray(-16));
  const plain = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
  const end = plain.findLastIndex((byte) => byte !== 0);
  if (plain[end] !== 2) throw new Error("the last record does not end as such");
  return plain.subarray(0, end);
}
