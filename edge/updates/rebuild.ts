import { closeSync, createReadStream, fstatSync, openSync, readSync } from "node:fs";
import { chmod, type FileHandle, open } from "node:fs/promises";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import { applyDelta } from "../../protocol/releases/apply-delta.ts";
import type { ReleaseFile } from "../../protocol/releases/release.ts";
import { MIB } from "../../protocol/units.ts";

/**
 * So much is left for the system to write before it is waited for. A disk that is handed a hundred megabytes at once makes
 * the group commits of the broker wait behind them.
 */
const UNWRITTEN_BYTES = 16 * MIB;

/**
 * Writes the program of a release to `to`, synced and executable: from the delta that was downloaded and the program at
 * `base`; or, where that is null, from the whole file that was. Code: `release.damaged`, when it is not what the manifest
 * says; nothing that lies there may be used then.
 */
export async function rebuild(
  { sizeBytes, sha256, file: name }: ReleaseFile,
  downloaded: string,
  base: string | null,
  to: string,
): Promise<Result<void>> {
  const file = await open(to, "w", 0o700);
  try {
    const hash = new Bun.CryptoHasher("sha256");
    const writing = new Writing(file, hash);
    const made =
      base === null
        ? await copyWhole(downloaded, writing)
        : await fromDelta(downloaded, base, writing, sizeBytes);
    if (!made.ok) return made;
    await file.sync();
    if (writing.bytes !== sizeBytes || hash.digest("hex") !== sha256) {
      return refuse("release.damaged", `${name} does not have the size and hash that the manifest says`);
    }
  } finally {
    await file.close();
  }
  await chmod(to, 0o755);
  return accept(undefined);
}

/** Writes at the disk's own speed. */
class Writing {
  bytes = 0;
  readonly #file: FileHandle;
  readonly #hash: Bun.CryptoHasher;
  #unwritten = 0;

  constructor(file: FileHandle, hash: Bun.CryptoHasher) {
    this.#file = file;
    this.#hash = hash;
  }

  async write(piece: Uint8Array): Promise<void> {
    this.#hash.update(piece);
    await this.#file.write(piece);
    this.bytes += piece.length;
    this.#unwritten += piece.length;
    if (this.#unwritten < UNWRITTEN_BYTES) return;
    this.#unwritten = 0;
    await this.#file.datasync();
  }
}

async function copyWhole(from: string, writing: Writing): Promise<Result<void>> {
  for await (const piece of createReadStream(from)) await writing.write(piece as Buffer);
  return accept(undefined);
}

async function fromDelta(
  delta: string,
  base: string,
  writing: Writing,
  sizeBytes: number,
): Promise<Result<void>> {
  const file = openSync(base, "r");
  try {
    return await applyDelta({
      delta: unpacked(delta),
      baseBytes: fstatSync(file).size,
      readBase(position, length) {
        const bytes = new Uint8Array(length);
        const read = readSync(file, bytes, 0, length, position);
        return bytes.subarray(0, read);
      },
      write: (piece) => writing.write(piece),
      sizeBytes,
    });
  } catch (error) {
    // What is no zstd was damaged on the way; what the disk says is for whoever runs the machine.
    if (isOfZlib(error)) return refuse("release.damaged", `the delta cannot be unpacked: ${error.message}`);
    throw error;
  } finally {
    closeSync(file);
  }
}

async function* unpacked(path: string): AsyncGenerator<Uint8Array> {
  const { createZstdDecompress } = await import("node:zlib");
  const packed = createReadStream(path);
  const unpacking = createZstdDecompress();
  packed.on("error", (error) => unpacking.destroy(error));
  packed.pipe(unpacking);
  for await (const piece of unpacking) yield piece as Buffer;
}

function isOfZlib(error: unknown): error is Error {
  return error instanceof Error && "code" in error && /^(ZSTD|Z_|ERR_ZLIB)/.test(String(error.code));
}
