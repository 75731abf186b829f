import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import {
  closeSync,
  fchownSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { accept, type Result, refuse } from "../../protocol/errors.ts";

/** The private key in PKCS#8 PEM, as other tools read it; and the one that waits for the cloud's word. */
const FILE_NAME = "gateway.key";
const PENDING_NAME = "gateway.key.new";

/** The gateway's Ed25519 key (RFC 8032) in its data directory, readable by its owner alone. */
export class KeyFile {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Signs with the key in use. Codes: `gateway.key-unusable`. */
  sign(text: string): Result<string> {
    const path = join(this.#directory, FILE_NAME);
    try {
      return accept(sign(null, Buffer.from(text), readKey(path)).toString("base64url"));
    } catch (error) {
      return refuse(
        "gateway.key-unusable",
        `${path}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  /** Makes a key for the next enrolment, or takes the one that an attempt has left. Returns the public half. */
  preparePending(): string {
    const path = join(this.#directory, PENDING_NAME);
    let key: KeyObject;
    try {
      key = readKey(path);
    } catch {
      // There is none, or one that a crash has cut short and nobody has ever used.
      rmSync(path, { force: true });
      key = generateKeyPairSync("ed25519").privateKey;
      writeDurably(path, String(key.export({ type: "pkcs8", format: "pem" })), this.#directory);
      syncDirectory(this.#directory);
    }
    return String(key.export({ format: "jwk" }).x);
  }

  /** The pending key takes the place of the one in use. */
  adoptPending(): void {
    renameSync(join(this.#directory, PENDING_NAME), join(this.#directory, FILE_NAME));
    syncDirectory(this.#directory);
  }
}

function readKey(path: string): KeyObject {
  const key = createPrivateKey(readFileSync(path));
  if (key.asymmetricKeyType !== "ed25519") throw new TypeError("it is not an Ed25519 key");
  return key;
}

/** The file belongs to whom the directory belongs: root may enrol the gateway, but the gateway must read its key. */
function writeDurably(path: string, text: string, directory: string): void {
  const file = openSync(path, "wx", 0o600);
  try {
    const { uid, gid } = statSync(directory);
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
