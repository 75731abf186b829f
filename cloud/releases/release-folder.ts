import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import {
  KEY_FILE,
  RELEASE_FILE,
  type Release,
  readRelease,
  SIGNATURE_FILE,
  type VerifyRelease,
} from "../../protocol/releases/release.ts";

/** A release in a folder, every byte of it checked. */
export interface ReleaseFolder {
  path: string;
  release: Release;
  keyFingerprint: string;
  /** Of each file beside the programs: the manifest, its signature, the key. */
  sha256: Readonly<Record<string, string>>;
}

export const BESIDE = [RELEASE_FILE, SIGNATURE_FILE, KEY_FILE] as const;

/**
 * Reads a release as `./scripts/release` leaves it: the signature holds, and every file is there with the size and hash
 * the manifest says. Codes: `release.untrusted`, `release.invalid`, `release.damaged`.
 */
export async function readReleaseFolder(path: string): Promise<Result<ReleaseFolder>> {
  const read: Record<string, Buffer> = {};
  for (const name of BESIDE) {
    try {
      read[name] = readFileSync(join(path, name));
    } catch {
      return refuse("release.invalid", `${join(path, name)} cannot be read`);
    }
  }
  const keyPem = read[KEY_FILE]!.toString();
  const signature = read[SIGNATURE_FILE]!.toString();
  const release = readRelease({ bytes: read[RELEASE_FILE]!, signature, keyPem }, verifyEd25519);
  if (!release.ok) return release;
  for (const { file, sizeBytes, sha256 } of release.value.files) {
    const whole = join(path, file);
    const isWhole = sizeOf(whole) === sizeBytes && (await sha256OfFile(whole)) === sha256;
    if (!isWhole) return refuse("release.damaged", `${whole} is missing, cut short or changed`);
  }
  return accept({
    path,
    release: release.value,
    keyFingerprint: sha256Of(createPublicKey(keyPem).export({ type: "spki", format: "der" })),
    sha256: Object.fromEntries(BESIDE.map((name) => [name, sha256Of(read[name]!)])),
  });
}

const verifyEd25519: VerifyRelease = (pem, bytes, signature) => {
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === "ed25519" && verify(null, bytes, key, Buffer.from(signature, "base64"));
  } catch {
    // What is no key has signed nothing.
    return false;
  }
};

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export async function sha256OfFile(path: string): Promise<string> {
  const hash = new Bun.CryptoHasher("sha256");
  for await (const part of Bun.file(path).stream()) hash.update(part);
  return hash.digest("hex");
}

function sizeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.size ?? null;
}
