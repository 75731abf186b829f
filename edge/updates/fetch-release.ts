import { createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import {
  fileFor,
  type Platform,
  RELEASE_FILE,
  type Release,
  type ReleaseFile,
  readRelease,
  SIGNATURE_FILE,
} from "../../protocol/releases/release.ts";
import { KIB, SECOND } from "../../protocol/units.ts";
import type { Fetch } from "./download.ts";

/** A release, and the file of it that this machine runs. */
export interface WantedRelease {
  release: Release;
  file: ReleaseFile;
}

const MANIFEST_MAX_BYTES = 64 * KIB;
const ANSWER_WITHIN_MS = 30 * SECOND;

/**
 * The release with this sequence, or the newest, as the cloud hands it on and the key at `keyPath` has signed it. Codes:
 * `update.not-possible` without a key, `update.download-failed`, `release.untrusted`, `release.invalid`, `release.no-file`,
 * `release.older` when it is not beyond `beyond`, which is what runs.
 */
export async function fetchRelease(
  wanted: { cloudUrl: string; sequence: number | null; beyond: number },
  parts: { fetch: Fetch; keyPath: string; platform: Platform; signal: AbortSignal },
): Promise<Result<WantedRelease>> {
  const { cloudUrl, sequence, beyond } = wanted;
  const { keyPath, platform } = parts;
  let keyPem: string;
  try {
    keyPem = readFileSync(keyPath, "utf8");
  } catch {
    return refuse("update.not-possible", `there is no key of releases at ${keyPath}`);
  }
  const folder = `${cloudUrl}/releases/${sequence ?? "latest"}`;
  const bytes = await fetchSmall(`${folder}/${RELEASE_FILE}`, parts);
  if (!bytes.ok) return bytes;
  const signature = await fetchSmall(`${folder}/${SIGNATURE_FILE}`, parts);
  if (!signature.ok) return signature;
  const read = readRelease(
    { bytes: bytes.value, signature: new TextDecoder().decode(signature.value), keyPem },
    verifySignature,
  );
  if (!read.ok) return read;
  const release = read.value;
  if (sequence !== null && release.sequence !== sequence) {
    return refuse("release.invalid", `release ${sequence} was asked for, and ${release.sequence} came`);
  }
  if (release.sequence < beyond) {
    return refuse("release.older", `release ${release.sequence} is older than ${beyond}, which runs`);
  }
  const file = fileFor(release, "homepot-edge", platform);
  return file.ok ? accept({ release, file: file.value }) : file;
}

async function fetchSmall(
  url: string,
  { fetch, signal }: { fetch: Fetch; signal: AbortSignal },
): Promise<Result<Uint8Array>> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
  try {
    const response = await fetch(url, { signal: stop, redirect: "error" });
    if (!response.ok) return refuse("update.download-failed", `${url}: status ${response.status}`);
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of response.body ?? []) {
      size += piece.length;
      if (size > MANIFEST_MAX_BYTES) return refuse("release.invalid", `${url} is too large`);
      pieces.push(piece);
    }
    return accept(Buffer.concat(pieces));
  } catch (error) {
    return refuse("update.download-failed", `${url}: ${error instanceof Error ? error.message : error}`);
  }
}

function verifySignature(keyPem: string, bytes: Uint8Array, signature: string): boolean {
  try {
    const key = createPublicKey(keyPem);
    return key.asymmetricKeyType === "ed25519" && verify(null, bytes, key, Buffer.from(signature, "base64"));
  } catch {
    // What is no key has signed nothing.
    return false;
  }
}
