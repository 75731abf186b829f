import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import type { ByteRange } from "../http/byte-range.ts";

/** Names of what is still coming; of one that is there at a start nobody knows the rest. */
const INCOMING = "incoming-";

/** Bytes that have come whole, and are not in their place yet. */
export interface Incoming {
  sha256: string;
  sizeBytes: number;
  /** Where they are until {@link FirmwareFiles.keep} or {@link FirmwareFiles.discard}. */
  path: string;
}

/**
 * The bytes of firmware: files in a directory beside the database, each named by the SHA-256 of what is in it, so that the
 * same bytes are there once. A file is whole and on the disk before it has its name.
 */
export class FirmwareFiles {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Removes what a crash has left of uploads. */
  async start(): Promise<void> {
    const names = await readdir(this.#directory).catch(() => []);
    for (const name of names) if (name.startsWith(INCOMING)) await rm(join(this.#directory, name));
  }

  /** Takes bytes in as they come, and none beyond `maxBytes`. Codes: `request.too-large`, `firmware.no-room` (the disk is full). */
  async receive(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Result<Incoming>> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const path = join(this.#directory, `${INCOMING}${randomUUID()}`);
    const hash = createHash("sha256");
    let sizeBytes = 0;
    try {
      const file = await open(path, "wx", 0o600);
      try {
        for await (const bytes of body) {
          sizeBytes += bytes.length;
          if (sizeBytes > maxBytes) {
            await this.discard(path);
            return refuse("request.too-large", `at most ${maxBytes} bytes`);
          }
          hash.update(bytes);
          await file.writeFile(bytes);
        }
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      await this.discard(path);
      if ((error as NodeJS.ErrnoException).code === "ENOSPC")
        return refuse("firmware.no-room", "the disk of the service is full");
      throw error;
    }
    return accept({ sha256: hash.digest("hex"), sizeBytes, path });
  }

  /** Gives bytes that have come their name. The same bytes under it already are as good. */
  async keep({ sha256, path }: Incoming): Promise<void> {
    const place = this.#place(sha256);
    await mkdir(dirname(place), { recursive: true, mode: 0o700 });
    await rename(path, place);
    await syncDirectory(dirname(place));
  }

  async discard(path: string): Promise<void> {
    await rm(path, { force: true });
  }

  async remove(sha256: string): Promise<void> {
    await rm(this.#place(sha256), { force: true });
  }

  /** A stream that is read as fast as whoever takes it; null when they are not there. */
  async read(sha256: string, { from, to }: ByteRange): Promise<ReadableStream<Uint8Array> | null> {
    const file = Bun.file(this.#place(sha256));
    return (await file.exists()) ? file.slice(from, to).stream() : null;
  }

  #place(sha256: string): string {
    return join(this.#directory, sha256.slice(0, 2), sha256);
  }
}

/** Without this a power cut may take back the name although the content is on the disk. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
