/** AES-256-GCM with a nonce of its own before the sealed bytes (NIST SP 800-38D recommends 96 bits). */

const NONCE_BYTES = 12;
type Bytes = Uint8Array<ArrayBuffer>;
const encoder = new TextEncoder();

/** `purpose` is part of the seal: what was sealed for one cannot be opened as another. */
export async function seal(key: Bytes, plain: Bytes, purpose: string, nonce: Bytes): Promise<Bytes> {
  const algorithm = { name: "AES-GCM", iv: nonce, additionalData: encoder.encode(purpose) };
  const sealed = await crypto.subtle.encrypt(algorithm, await sealingKey(key), plain);
  const bytes = new Uint8Array(NONCE_BYTES + sealed.byteLength);
  bytes.set(nonce);
  bytes.set(new Uint8Array(sealed), NONCE_BYTES);
  return bytes;
}

/** Throws when it was sealed with another key, for another purpose, or altered. */
export async function unseal(key: Bytes, sealed: Uint8Array, purpose: string): Promise<Bytes> {
  const bytes = new Uint8Array(sealed);
  const iv = bytes.subarray(0, NONCE_BYTES);
  const algorithm = { name: "AES-GCM", iv, additionalData: encoder.encode(purpose) };
  const rest = bytes.subarray(NONCE_BYTES);
  return new Uint8Array(await crypto.subtle.decrypt(algorithm, await sealingKey(key), rest));
}

export function makeNonce(randomBytes: (length: number) => Uint8Array): Bytes {
  return new Uint8Array(randomBytes(NONCE_BYTES));
}

/** Names a key without telling anything about it. */
export async function keyName(key: Bytes): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", key));
  return digest.slice(0, 8).toHex();
}

function sealingKey(key: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]);
}
