import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  KEY_FILE,
  type Platform,
  RELEASE_FILE,
  type Release,
  type ReleaseFile,
  SIGNATURE_FILE,
} from "../../protocol/releases/release.ts";

export const releaseKey = (): KeyObject => generateKeyPairSync("ed25519").privateKey;

/** Puts a release into a folder, as `./scripts/release` does. Its programs are these bytes. */
export function addRelease(
  folder: string,
  release: { sequence: number; version?: string; key?: KeyObject; programs?: [Platform, Uint8Array][] },
): Release {
  const { sequence, version = `0.1.${sequence}`, key = releaseKey() } = release;
  mkdirSync(folder, { recursive: true });
  const programs = release.programs ?? [["linux-x64", Buffer.from(`program ${sequence}`)]];
  const files = programs.map(([platform, bytes]): ReleaseFile => {
    const file = `homepot-edge-${platform}`;
    writeFileSync(join(folder, file), bytes);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { program: "homepot-edge", platform, file, sizeBytes: bytes.length, sha256 };
  });
  const made: Release = { version, sequence, files };
  const bytes = Buffer.from(JSON.stringify(made));
  writeFileSync(join(folder, SIGNATURE_FILE), `${sign(null, bytes, key).toString("base64")}\n`);
  writeFileSync(join(folder, KEY_FILE), createPublicKey(key).export({ type: "spki", format: "pem" }));
  writeFileSync(join(folder, RELEASE_FILE), bytes);
  return made;
}
