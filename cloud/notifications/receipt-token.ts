import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * The word with which the receiver of a message tells what became of it: the delivery's id and a keyed hash of it, so that
 * it can be checked without being kept, and made by nobody else.
 */
const MAC_BYTES = 16;
const ID_BYTES = 16;

export function receiptToken(secret: string, deliveryId: string): string {
  const id = Buffer.from(deliveryId.replaceAll("-", ""), "hex");
  return Buffer.concat([id, macOf(secret, id)]).toString("base64url");
}

/** The delivery's id; null for a word that is none of ours. */
export function readReceiptToken(secret: string, token: string): string | null {
  const bytes = Buffer.from(token, "base64url");
  if (bytes.length !== ID_BYTES + MAC_BYTES) return null;
  const id = bytes.subarray(0, ID_BYTES);
  if (!timingSafeEqual(bytes.subarray(ID_BYTES), macOf(secret, id))) return null;
  const hex = id.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function macOf(secret: string, id: Uint8Array): Buffer {
  return createHmac("sha256", secret).update("receipt").update(id).digest().subarray(0, MAC_BYTES);
}
