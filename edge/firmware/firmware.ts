import { createHash } from "node:crypto";
import { closeSync, createReadStream, existsSync, openSync, readSync } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat, statfs, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "@logtape/logtape";
import { backoffDelayMs, RECONNECT_BACKOFF } from "../../protocol/backoff.ts";
import type { Clock } from "../../protocol/clock.ts";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import type { Random } from "../../protocol/random.ts";
import { DAY, MIB } from "../../protocol/units.ts";
import { CloudDownload, type CloudDownloadParts } from "./cloud-download.ts";

/**
 * Firmware on its way through the gateway: fetched from the cloud once, however many devices want it, and kept as files for
 * those that come later.
 *
 * Promises: what it gives has the SHA-256 that it is asked for by; a download that was cut off, by the line or by a power cut,
 * goes on where it stopped; it takes no room that the gateway needs for itself. Never knows which device wants what.
 */
export interface FirmwareLibrary {
  /**
   * Resolves when it is there, trying again for as long as `signal` lets it. Codes: `record.not-found` (the cloud has it no
   * more), `firmware.no-room` (the disk), `firmware.damaged`, `gateway.…` (not enrolled, or not let in any more).
   */
  fetch(wanted: WantedFirmware, options: FetchOptions): Promise<Result<void>>;
  /** A part of one that was fetched, small enough to be read at once; null when it is not there. */
  read(sha256: string, offset: number, length: number): Uint8Array | null;
}

export interface WantedFirmware {
  sha256: string;
  sizeBytes: number;
}

export interface FetchOptions {
  signal: AbortSignal;
  /** So many bytes of it are there. */
  received(bytes: number): void;
  /** It is tried again, because of this. */
  trouble(what: string): void;
}

export type FirmwareLibraryParts = CloudDownloadParts & {
  /** Where the files are. It is made when missing. */
  directory: string;
  random: Random;
  log: Logger;
};

/** Kept so long after an attempt has last begun with it: longer than any attempt may take. */
const KEPT_MS = 2 * DAY;
/** What has to be free beside it. */
const SPARE_BYTES = 64 * MIB;
/** What came whole and wrong is fetched anew so often. */
const DAMAGED_MAX = 2;

interface Fetching {
  done: Promise<Result<void>>;
  abort: AbortController;
  waiting: Set<FetchOptions>;
}

export function createFirmwareLibrary(parts: FirmwareLibraryParts): FirmwareLibrary {
  return new FileLibrary(parts);
}

class FileLibrary implements FirmwareLibrary {
  readonly #parts: FirmwareLibraryParts;
  readonly #cloud: CloudDownload;
  readonly #fetching = new Map<string, Fetching>();

  constructor(parts: FirmwareLibraryParts) {
    this.#parts = parts;
    this.#cloud = new CloudDownload(parts);
  }

  async fetch(wanted: WantedFirmware, options: FetchOptions): Promise<Result<void>> {
    const { sha256 } = wanted;
    let fetching = this.#fetching.get(sha256);
    if (fetching === undefined || fetching.abort.signal.aborted) {
      const abort = new AbortController();
      const begun: Fetching = {
        abort,
        waiting: new Set([options]),
        done: Promise.resolve(accept(undefined)),
      };
      begun.done = this.#fetch(wanted, begun).finally(() => {
        if (this.#fetching.get(sha256) === begun) this.#fetching.delete(sha256);
      });
      this.#fetching.set(sha256, begun);
      fetching = begun;
    }
    const { waiting, done, abort } = fetching;
    waiting.add(options);
    const gone = Promise.withResolvers<Result<void>>();
    const leave = (): void => gone.resolve(refuse("cloud.unreachable", "it is not wanted any more"));
    options.signal.addEventListener("abort", leave, { once: true });
    if (options.signal.aborted) leave();
    try {
      return await Promise.race([done, gone.promise]);
    } finally {
      options.signal.removeEventListener("abort", leave);
      waiting.delete(options);
      if (waiting.size === 0) abort.abort();
    }
  }

  // Not asynchronous, so that parts are given in the order in which they were asked for.
  read(sha256: string, offset: number, length: number): Uint8Array | null {
    const path = this.#path(sha256);
    if (!existsSync(path)) return null;
    const file = openSync(path, "r");
    try {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, readSync(file, bytes, 0, length, offset));
    } finally {
      closeSync(file);
    }
  }

  async #fetch(wanted: WantedFirmware, { abort, waiting }: Fetching): Promise<Result<void>> {
    const { clock, random } = this.#parts;
    const path = this.#path(wanted.sha256);
    await this.#tidy();
    if ((await sizeOf(path)) === wanted.sizeBytes) return this.#used(path);
    for (let tries = 0, damaged = 0; ; tries += 1) {
      const fetched = await this.#goOn(wanted, abort.signal, waiting);
      if (fetched.ok) return fetched;
      const { code, detail } = fetched.refusal;
      if (code === "firmware.damaged") damaged += 1;
      const isOver = code !== "cloud.unreachable" && code !== "firmware.damaged";
      if (isOver || damaged > DAMAGED_MAX || abort.signal.aborted) return fetched;
      if (tries === 0 || code === "firmware.damaged") for (const { trouble } of waiting) trouble(detail);
      await pause(clock, backoffDelayMs(RECONNECT_BACKOFF, tries, random), abort.signal);
    }
  }

  /** Takes what is missing, and looks at the whole. */
  async #goOn(
    { sha256, sizeBytes }: WantedFirmware,
    signal: AbortSignal,
    waiting: ReadonlySet<FetchOptions>,
  ): Promise<Result<void>> {
    const path = this.#path(sha256);
    const part = `${path}.part`;
    let has = await sizeOf(part);
    const { bavail, bsize } = await statfs(this.#parts.directory);
    if (bavail * bsize < sizeBytes - has + SPARE_BYTES)
      return refuse("firmware.no-room", `the gateway's disk has no room for ${sizeBytes - has} bytes more`);
    if (has < sizeBytes) {
      const file = await open(part, "a", 0o600);
      try {
        const came = await this.#cloud.read(sha256, has, signal, async (bytes) => {
          if (has + bytes.length > sizeBytes) throw new RangeError("more came than was announced");
          await file.writeFile(bytes);
          has += bytes.length;
          for (const { received } of waiting) received(has);
        });
        await file.sync();
        if (!came.ok) return came;
      } finally {
        await file.close();
      }
      if (has < sizeBytes)
        return refuse("cloud.unreachable", `the cloud stopped after ${has} of ${sizeBytes} bytes`);
    }
    if ((await digestOf(part)) !== sha256) {
      await rm(part);
      return refuse("firmware.damaged", "what came from the cloud has another SHA-256");
    }
    await rename(part, path);
    return this.#used(path);
  }

  async #used(path: string): Promise<Result<void>> {
    const now = new Date(this.#parts.clock.nowMs());
    await utimes(path, now, now);
    return accept(undefined);
  }

  /** What no attempt has begun with lately goes. */
  async #tidy(): Promise<void> {
    const { directory, clock } = this.#parts;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    for (const name of await readdir(directory)) {
      const isWanted = this.#fetching.has(name.replace(/\.part$/, ""));
      const path = join(directory, name);
      if (!isWanted && (await stat(path)).mtimeMs < clock.nowMs() - KEPT_MS) await rm(path, { force: true });
    }
  }

  #path(sha256: string): string {
    return join(this.#parts.directory, sha256);
  }
}

/** 0 when it is not there. */
async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const bytes of createReadStream(path)) hash.update(bytes as Uint8Array);
  return hash.digest("hex");
}

function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  const over = Promise.withResolvers<void>();
  const cancel = clock.after(delayMs, over.resolve);
  const end = (): void => {
    cancel();
    over.resolve();
  };
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  return over.promise.finally(() => signal.removeEventListener("abort", end));
}
