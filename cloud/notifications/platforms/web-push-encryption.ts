import { createCipheriv, hkdfSync } from "node:crypto";

/**
 * Message encryption for Web Push (RFC 8291) in one record of `aes128gcm` (RFC 8188). The key agreement, which is
 * nearly all of the work, is WebCrypto's and runs beside the event loop; the rest is too small to be worth it.
 */

type Bytes = Uint8Array<ArrayBuffer>;

/** The sender's half: a P-256 key pair and a salt, new for every message. */
export interface SenderHalf {
  keys: CryptoKeyPair;
  salt: Bytes;
}

const CURVE = { name: "ECDH", namedCurve: "P-256" };
const SALT_BYTES = 16;
const POINT_BYTES = 65;
const TAG_BYTES = 16;
/** Salt, record size, length of the key's id, the key. */
const HEADER_BYTES = SALT_BYTES + 4 + 1 + POINT_BYTES;
/** RFC 8030 section 7.2: a push service takes at least so much. */
const BODY_MAX_BYTES = 4_096;
/** With the byte that ends the record. */
export const PLAIN_MAX_BYTES = BODY_MAX_BYTES - HEADER_BYTES - TAG_BYTES - 1;
/** Marks the last record (RFC 8188 section 2). */
const LAST_RECORD = 2;

const text = (value: string) => Buffer.from(value, "latin1");
const CEK_INFO = text("Content-Encoding: aes128gcm\0");
const NONCE_INFO = text("Content-Encoding: nonce\0");
const KEY_INFO = text("WebPush: info\0");

export async function makeSenderHalf(salt: Bytes): Promise<SenderHalf> {
  return { keys: (await crypto.subtle.generateKey(CURVE, false, ["deriveBits"])) as CryptoKeyPair, salt };
}

/** The body of the request. Throws when the subscription's key is no point of the curve. */
export async function encryptPush(
  plain: Uint8Array,
  subscription: { p256dh: string; auth: string },
  { keys, salt }: SenderHalf,
): Promise<Bytes> {
  const receiverKey = new Uint8Array(Buffer.from(subscription.p256dh, "base64url"));
  const [receiver, exported] = await Promise.all([
    crypto.subtle.importKey("raw", receiverKey, CURVE, false, []),
    crypto.subtle.exportKey("raw", keys.publicKey),
  ]);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: receiver }, keys.privateKey, 256);
  const senderKey = new Uint8Array(exported);
  const keyMaterial = hkdf(
    Buffer.from(subscription.auth, "base64url"),
    new Uint8Array(shared),
    Buffer.concat([KEY_INFO, receiverKey, senderKey]),
    32,
  );
  const cipher = createCipheriv(
    "aes-128-gcm",
    hkdf(salt, keyMaterial, CEK_INFO, 16),
    hkdf(salt, keyMaterial, NONCE_INFO, 12),
  );
  const body = new Uint8Array(HEADER_BYTES + plain.length + 1 + TAG_BYTES);
  const view = new DataView(body.buffer);
  body.set(salt);
  view.setUint32(SALT_BYTES, BODY_MAX_BYTES);
  body[SALT_BYTES + 4] = POINT_BYTES;
  body.set(senderKey, SALT_BYTES + 5);
  body.set(cipher.update(plain), HEADER_BYTES);
  body.set(cipher.update(Uint8Array.of(LAST_RECORD)), HEADER_BYTES + plain.length);
  cipher.final();
  body.set(cipher.getAuthTag(), HEADER_BYTES + plain.length + 1);
  return body;
}

/** RFC 5869 */
function hkdf(salt: Uint8Array, keyMaterial: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", keyMaterial, salt, info, length));
}
