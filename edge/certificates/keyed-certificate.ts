import {
  closeSync,
  fchownSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

/** A certificate and its private key, in PEM (RFC 7468). */
export interface KeyedCertificate {
  certificate: string;
  key: string;
}

/** Reads a file that holds both; null when there is none. Throws when it holds something else. */
export function readKeyed(path: string): KeyedCertificate | null {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
  const certificate = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----\n?/.exec(text)?.[0];
  const key = /-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----\n?/.exec(text)?.[0];
  if (certificate === undefined || key === undefined) {
    throw new Error(`${path} does not hold a certificate and a private key in PEM form`);
  }
  return { certificate, key };
}

/**
 * Writes both into one file, so that they are never of two minds, readable by its owner alone. With `first` the file
 * of whoever came first stays. After the return it outlives a power cut.
 */
export function writeKeyed(path: string, { certificate, key }: KeyedCertificate, first: boolean): void {
  const draft = `${path}.${process.pid}.new`;
  rmSync(draft, { force: true });
  writeDurably(draft, certificate + key, 0o600);
  if (first) {
    try {
      linkSync(draft, path);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    rmSync(draft);
  } else {
    renameSync(draft, path);
  }
  syncDirectory(dirname(path));
}

/** The file belongs to whom its directory belongs: a command may be root's, but the gateway must read what it left. */
function writeDurably(path: string, text: string, mode: number): void {
  const file = openSync(path, "wx", mode);
  try {
    const { uid, gid } = statSync(dirname(path));
    if (process.getuid?.() === 0) fchownSync(file, uid, gid);
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Without this a power cut may take back the name although the content is on the disk. */
function syncDirectory(path: string): void {
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
