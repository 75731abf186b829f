/** Whether `signature` is that of `text` by the owner of `publicKey`; both base64url without padding. */
export type VerifySignature = (publicKey: string, text: string, signature: string) => Promise<boolean>;

/** Ed25519 (RFC 8032) by the runtime's Web Crypto. False for keys and signatures that are none. */
export const verifyEd25519: VerifySignature = async (publicKey, text, signature) => {
  try {
    const key = await crypto.subtle.importKey("raw", fromBase64Url(publicKey), "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify(
      "Ed25519",
      key,
      fromBase64Url(signature),
      new TextEncoder().encode(text),
    );
  } catch {
    // Bytes that are no key or no signature make Web Crypto throw; to us that is a "no" like any other.
    return false;
  }
};

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromBase64(text, { alphabet: "base64url" });
}
