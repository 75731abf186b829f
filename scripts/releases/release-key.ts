import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** The key that signs releases: the one at `path` (PKCS#8 PEM, Ed25519), made when there is none. `isNew` says so. */
export function releaseKey(path: string): { key: KeyObject; isNew: boolean } {
  if (existsSync(path)) {
    const key = createPrivateKey(readFileSync(path));
    if (key.asymmetricKeyType !== "ed25519") throw new Error(`${path} is not an Ed25519 key`);
    return { key, isNew: false };
  }
  const key = generateKeyPairSync("ed25519").privateKey;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, key.export({ type: "pkcs8", format: "pem" }), { mode: 0o600, flag: "wx" });
  return { key, isNew: true };
}

export function publicPem(key: KeyObject): string {
  return String(createPublicKey(key).export({ type: "spki", format: "pem" }));
}
