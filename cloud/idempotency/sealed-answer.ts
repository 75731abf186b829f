/**
 * What a request was answered, as it is kept: sealed with a key made from the Idempotency-Key, of which only a digest
 * is kept. An answer may hold a claim code or an invitation's link; who reads the database learns neither.
 */
export interface KeptAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Length of the nonce before the sealed bytes (NIST SP 800-38D recommends 96 bits). */
const NONCE_BYTES = 12;
const text = new TextEncoder();

/** `owner` makes the same Idempotency-Key of two people two different keys. */
export async function sealAnswer(
  answer: KeptAnswer,
  key: string,
  owner: string,
  nonce: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array> {
  const plain = text.encode(JSON.stringify(answer));
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv: nonce },
    await sealingKey(key, owner),
    plain,
  );
  const bytes = new Uint8Array(NONCE_BYTES + sealed.byteLength);
  bytes.set(nonce);
  bytes.set(new Uint8Array(sealed), NONCE_BYTES);
  return bytes;
}

/** Throws when the bytes were sealed with another key, or altered. */
export async function openAnswer(sealed: Uint8Array, key: string, owner: string): Promise<KeptAnswer> {
  const bytes = new Uint8Array(sealed);
  const plain = await crypto.subtle.decrypt(
    { name: "AES-GCM", iv: bytes.subarray(0, NONCE_BYTES) },
    await sealingKey(key, owner),
    bytes.subarray(NONCE_BYTES),
  );
  return JSON.parse(new TextDecoder().decode(plain)) as KeptAnswer;
}

export function makeNonce(randomBytes: (length: number) => Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(randomBytes(NONCE_BYTES));
}

async function sealingKey(key: string, owner: string): Promise<CryptoKey> {
  const from = await crypto.subtle.importKey("raw", text.encode(key), "HKDF", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: text.encode(owner), info: text.encode("homepot kept answer") },
    from,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}
