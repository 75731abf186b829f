import * as v from "valibot";
import { accept, type Result, refuse } from "../errors.ts";
import { check } from "../validate.ts";

/**
 * A release of the programs: `release.json`, which names every file with its size and hash, and `release.json.sig`, the
 * Ed25519 signature (RFC 8032) of its bytes in base64. Who trusts the release's key needs to trust nothing between it and
 * them: not the cloud that hands the files on, nor the stick they are carried on.
 */
export const RELEASE_FILE = "release.json";
export const SIGNATURE_FILE = "release.json.sig";
/** The public half of the key, PEM (RFC 8410), as openssl reads it. */
export const KEY_FILE = "release-key.pem";

export const PLATFORMS = ["linux-x64", "linux-arm64"] as const;
export type Platform = (typeof PLATFORMS)[number];

const hashSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in 64 small hex digits"));

export const releaseFileSchema = v.object({
  program: v.picklist(["homepot-edge", "homepot-cloud"]),
  platform: v.picklist(PLATFORMS),
  /** Beside `release.json`; no path. */
  file: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]{0,99}$/, "must be a file's name")),
  sizeBytes: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  sha256: hashSchema,
});
export type ReleaseFile = v.InferOutput<typeof releaseFileSchema>;

export const releaseSchema = v.object({
  /** For people: `0.1.0+1a2b3c4d5e`. */
  version: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  /**
   * Grows from release to release, and alone decides which is newer: the time of the commit it was built from, in seconds
   * since 1970. A gateway takes none that is not beyond the highest it has run, so that nobody can lead it back to a
   * version with a known hole.
   */
  sequence: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  files: v.pipe(v.array(releaseFileSchema), v.minLength(1), v.maxLength(20)),
});
export type Release = v.InferOutput<typeof releaseSchema>;

/** Whether `signature` (base64) is that of `bytes` by the key in `keyPem`. Each side brings its runtime's own. */
export type VerifyRelease = (keyPem: string, bytes: Uint8Array, signature: string) => boolean;

/**
 * Reads a release whose signature holds. Nothing of it is looked at before that is known. Codes: `release.untrusted`,
 * `release.invalid`.
 */
export function readRelease(
  signed: { bytes: Uint8Array; signature: string; keyPem: string },
  verify: VerifyRelease,
): Result<Release> {
  const { bytes, signature, keyPem } = signed;
  if (!verify(keyPem, bytes, signature.trim())) {
    return refuse("release.untrusted", `${RELEASE_FILE} is not signed by the release key`);
  }
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return refuse("release.invalid", `${RELEASE_FILE} is not JSON`);
  }
  return check(releaseSchema, content, "release.invalid");
}

/** The file for a program on a platform. Codes: `release.no-file`. */
export function fileFor(
  release: Release,
  program: ReleaseFile["program"],
  platform: Platform,
): Result<ReleaseFile> {
  const found = release.files.find((file) => file.program === program && file.platform === platform);
  if (found !== undefined) return accept(found);
  const there = release.files.map((file) => `${file.program} for ${file.platform}`).join(", ");
  return refuse("release.no-file", `${program} for ${platform}; release ${release.version} has ${there}`);
}
