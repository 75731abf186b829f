import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import {
  closeSync,
  existsSync,
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
import { join } from "node:path";
import { accept, type Result, refuse } from "../../protocol/errors.ts";

/** The private key in PKCS#8 PEM, as other tools read it; and the one of an enrolment that waits for the cloud's word. */
const FILE_NAME = "gateway.key";
const PENDING_NAME = "gateway.key.new";
/** The one that is to take its place, below a line with the rotation that it was made for; and the one it has taken the place of. */
const NEXT_NAME = "gateway.key.next";
const FORMER_NAME = "gateway.key.former";
/** How that line begins. What stands before a PEM block is none of the key. */
const ROTATION = "rotation";
/** In the order in which they are tried when the cloud does not know one. */
const KEYS = [FILE_NAME, NEXT_NAME, FORMER_NAME] as const;

/** The gateway's Ed25519 key (RFC 8032) in its data directory, readable by its owner alone. */
export class KeyFile {
  readonly #directory: string;
  /** The one in use by this process. Another than the first only from a refusal until the next welcome. */
  #using: (typeof KEYS)[number] = FILE_NAME;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Signs with the key in use. Codes: `gateway.key-unusable`. */
  sign(text: string): Result<string> {
    const path = this.#path(this.#using);
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
    renameSync(this.#path(PENDING_NAME), this.#path(FILE_NAME));
    // Of another enrolment.
    for (const name of [NEXT_NAME, FORMER_NAME]) rmSync(this.#path(name), { force: true });
    syncDirectory(this.#directory);
    this.#using = FILE_NAME;
  }

  /**
   * Makes the key that is to take the place of the one in use, or takes the one that was made for this rotation before: the
   * cloud may have been told of it. Both stay.
   */
  prepareNext(rotation: string): { publicKey: string; sign(text: string): string } {
    if (this.#rotationOfNext() !== rotation) {
      const unfinished = this.#path(`${NEXT_NAME}.unfinished`);
      rmSync(unfinished, { force: true });
      const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" });
      writeDurably(unfinished, `${ROTATION} ${rotation}\n${pem}`, this.#directory);
      renameSync(unfinished, this.#path(NEXT_NAME));
      syncDirectory(this.#directory);
    }
    const key = readKey(this.#path(NEXT_NAME));
    return {
      publicKey: String(key.export({ format: "jwk" }).x),
      sign: (text) => sign(null, Buffer.from(text), key).toString("base64url"),
    };
  }

  /** The key of this rotation takes the place of the one in use, which is kept beside it. Done again it does nothing. */
  adoptNext(rotation: string): void {
    if (this.#rotationOfNext() === rotation) this.#adoptNext();
  }

  /** The cloud does not know the key in use: the next attempt is with another one, if there is any. */
  refused(): void {
    const at = KEYS.indexOf(this.#using);
    const others = [...KEYS.slice(at + 1), ...KEYS.slice(0, at)];
    this.#using = others.find((name) => existsSync(this.#path(name))) ?? this.#using;
  }

  /** The cloud knows the key in use: it is the gateway's from now on. */
  welcomed(): void {
    if (this.#using === NEXT_NAME) this.#adoptNext();
    if (this.#using === FORMER_NAME) renameSync(this.#path(FORMER_NAME), this.#path(FILE_NAME));
    if (this.#using !== FILE_NAME) syncDirectory(this.#directory);
    this.#using = FILE_NAME;
  }

  #adoptNext(): void {
    rmSync(this.#path(FORMER_NAME), { force: true });
    // A second name first: at no moment is there no key.
    linkSync(this.#path(FILE_NAME), this.#path(FORMER_NAME));
    renameSync(this.#path(NEXT_NAME), this.#path(FILE_NAME));
    syncDirectory(this.#directory);
    this.#using = FILE_NAME;
  }

  #rotationOfNext(): string | null {
    const path = this.#path(NEXT_NAME);
    if (!existsSync(path)) return null;
    return new RegExp(`^${ROTATION} (\\S+)$`, "m").exec(readFileSync(path, "utf8"))?.[1] ?? null;
  }

  #path(name: string): string {
    return join(this.#directory, name);
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
