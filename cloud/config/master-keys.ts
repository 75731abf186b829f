import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RefusalError, refuse } from "../../protocol/errors.ts";
import type { Random } from "../../protocol/random.ts";
import { writeKeyFile } from "./key-file.ts";

/** The keys that seal the keys of stored secrets, newest first. They are never in the database. */
export interface MasterKeys {
  /** 32 bytes each; at least one. Read anew each time: another process may have added one. */
  read(): Uint8Array<ArrayBuffer>[];
  /** Adds a newer one and keeps the newest `keep` of those before. Null when whoever runs the service keeps them. */
  add: ((random: Random, keep: number) => void) | null;
}

const KEY_BYTES = 32;
const FILE = "master.key";

/**
 * `given` (the setting `keys.master`), else systemd's credential `master.key`, else a file of the data directory that
 * only its owner can read, made on the first start. Throws a RefusalError with `config.invalid`.
 */
export function openMasterKeys(
  directory: string,
  given: string | null,
  random: Random,
  credentials: string | undefined = process.env.CREDENTIALS_DIRECTORY,
): MasterKeys {
  const credential = credentials === undefined ? null : join(credentials, FILE);
  const handed =
    given ?? (credential !== null && existsSync(credential) ? readFileSync(credential, "utf8") : null);
  if (handed !== null) {
    const keys = parseKeys(handed, given === null ? `the credential ${FILE}` : "keys.master");
    return { read: () => keys, add: null };
  }
  const path = join(directory, FILE);
  const read = () => parseKeys(readFileSync(path, "utf8"), path);
  if (!existsSync(path)) write(path, [random.bytes(KEY_BYTES)]);
  return {
    read,
    add: (dice, keep) => write(path, [dice.bytes(KEY_BYTES), ...read().slice(0, keep)]),
  };
}

/** With commas or line ends between them. */
function parseKeys(text: string, where: string): Uint8Array<ArrayBuffer>[] {
  const keys = text
    .split(/[\s,]+/)
    .filter((part) => part !== "")
    .map((part) => new Uint8Array(Buffer.from(part, "base64url")));
  if (keys.length > 0 && keys.every(({ length }) => length === KEY_BYTES)) return keys;
  const detail = `${where} must be ${KEY_BYTES} random bytes in base64url; of several, the newest first`;
  throw new RefusalError(refuse("config.invalid", detail).refusal);
}

function write(path: string, keys: readonly Uint8Array[]): void {
  const text = keys.map((key) => `${Buffer.from(key).toString("base64url")}\n`).join("");
  writeKeyFile(path, text);
}
