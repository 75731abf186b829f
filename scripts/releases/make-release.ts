import { type KeyObject, sign } from "node:crypto";
import { copyFileSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  KEY_FILE,
  type Platform,
  RELEASE_FILE,
  type Release,
  type ReleaseFile,
  SIGNATURE_FILE,
} from "../../protocol/releases/release.ts";
import { publicPem } from "./release-key.ts";

export interface ReleaseParts {
  key: KeyObject;
  version: string;
  sequence: number;
  /** Where the programs lie, and which there are. */
  programs: { program: ReleaseFile["program"]; platform: Platform; path: string }[];
  /** The folder that becomes the release; what was in it goes. */
  folder: string;
}

/** Copies the programs into a folder, with the manifest that names them and its signature. */
export async function makeRelease(parts: ReleaseParts): Promise<Release> {
  const { key, version, sequence, folder } = parts;
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const files: ReleaseFile[] = [];
  for (const { program, platform, path } of parts.programs) {
    const file = `${program}-${platform}`;
    copyFileSync(path, join(unfinished, file));
    files.push({ program, platform, file, sizeBytes: statSync(path).size, sha256: await sha256Of(path) });
  }
  const release: Release = { version, sequence, files };
  const bytes = Buffer.from(`${JSON.stringify(release, null, 2)}\n`);
  writeFileSync(join(unfinished, RELEASE_FILE), bytes);
  writeFileSync(join(unfinished, SIGNATURE_FILE), `${sign(null, bytes, key).toString("base64")}\n`);
  writeFileSync(join(unfinished, KEY_FILE), publicPem(key));
  // So that a copy of the folder on a stick is all that an installation takes.
  copyFileSync("cloud/installer/install.sh", join(unfinished, "install.sh"));
  rmSync(folder, { recursive: true, force: true });
  renameSync(unfinished, folder);
  return release;
}

async function sha256Of(path: string): Promise<string> {
  const hash = new Bun.CryptoHasher("sha256");
  for await (const part of Bun.file(path).stream()) hash.update(part);
  return hash.digest("hex");
}
