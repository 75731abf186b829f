import {
  closeSync,
  fchownSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import {
  CLAIM_ALPHABET,
  CLAIM_LENGTH,
  claimCodeSchema,
  formatClaimCode,
} from "../../protocol/gateways/gateway.ts";
import type { Random } from "../../protocol/random.ts";

/** Readable by whoever may read the gateway's key. */
const FILE_NAME = "status.code";

/**
 * The code that the status page asks for, from the data directory: 40 random bits in the form of a claim code. Null when
 * none was made yet.
 */
export function readAccessCode(directory: string): string | null {
  try {
    return normalCode(readFileSync(join(directory, FILE_NAME), "utf8"));
  } catch {
    // None was made, or this account may not read it: nobody is let in by it.
    return null;
  }
}

/** The code there is, or a new one. */
export function provideAccessCode(directory: string, random: Random): string {
  return readAccessCode(directory) ?? makeAccessCode(directory, random);
}

/** Makes another code. Whoever was let in by the one before has to enter it anew. */
export function makeAccessCode(directory: string, random: Random): string {
  const code = Array.from(
    random.bytes(CLAIM_LENGTH),
    (byte) => CLAIM_ALPHABET[byte % CLAIM_ALPHABET.length],
  ).join("");
  const path = join(directory, FILE_NAME);
  const file = openSync(`${path}.new`, "w", 0o600);
  try {
    // Root may ask for it, but the gateway must read it.
    const { uid, gid } = statSync(directory);
    if (process.getuid?.() === 0) fchownSync(file, uid, gid);
    writeSync(file, `${formatClaimCode(code)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
  return code;
}

/** A code as people type it, in one form; null when it is none. */
export function normalCode(text: string): string | null {
  const parsed = v.safeParse(claimCodeSchema, text);
  return parsed.success ? parsed.output : null;
}
