import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { type BackoffPolicy, backoffDelayMs } from "../../protocol/backoff.ts";
import type { Clock } from "../../protocol/clock.ts";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import type { Random } from "../../protocol/random.ts";
import { MINUTE, SECOND } from "../../protocol/units.ts";
import { Pace } from "./pace.ts";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface DownloadParts {
  fetch: Fetch;
  clock: Clock;
  random: Random;
  /** 0 for any rate. */
  kibPerSecond: number;
  signal: AbortSignal;
  /** Of how many bytes so many are here. */
  progress(bytes: number, ofBytes: number): void;
}

const RETRIES = 8;
const BACKOFF: BackoffPolicy = { firstMs: SECOND, maxMs: 30 * SECOND };
/** A line on which nothing has come for so long has gone dead. */
const SILENCE_MS = MINUTE;

/**
 * Downloads `url` to `path`, or what is missing of it: what an interruption has left there is gone on with, if the server
 * still has the same (its ETag, which lies beside). Null: the server has no such file. Code: `update.download-failed`.
 */
export async function download(
  url: string,
  path: string,
  maxBytes: number,
  parts: DownloadParts,
): Promise<Result<{ bytes: number } | null>> {
  const { clock, random, signal } = parts;
  let came = 0;
  for (let attempt = 0; ; attempt += 1) {
    const tried = await tryDownload(url, path, maxBytes, parts);
    came += tried.came;
    if (tried.status === "done") return accept({ bytes: came });
    if (tried.status === "none") return accept(null);
    if (attempt === RETRIES || signal.aborted || tried.status === "hopeless") {
      return refuse("update.download-failed", `${url}: ${tried.why}`);
    }
    const waitMs = backoffDelayMs(BACKOFF, attempt, random);
    await new Promise<void>((resolve) => {
      const cancel = clock.after(waitMs, () => resolve());
      signal.addEventListener("abort", () => {
        cancel();
        resolve();
      });
    });
  }
}

/** Forgets what has been downloaded. */
export function forgetDownload(path: string): void {
  for (const file of [path, etagPath(path)]) rmSync(file, { force: true });
}

const etagPath = (path: string): string => `${path}.etag`;

interface Tried {
  status: "done" | "none" | "again" | "hopeless";
  /** Bytes that came this time. */
  came: number;
  why: string;
}

async function tryDownload(
  url: string,
  path: string,
  maxBytes: number,
  parts: DownloadParts,
): Promise<Tried> {
  const found = existsSync(path) && existsSync(etagPath(path)) ? statSync(path).size : 0;
  const etag = found > 0 ? readFileSync(etagPath(path), "utf8") : null;
  // A proxy that packs the file would leave nothing to go on with.
  const headers: Record<string, string> = { "accept-encoding": "identity" };
  if (etag !== null) Object.assign(headers, { range: `bytes=${found}-`, "if-range": etag });
  const dead = new AbortController();
  const stop = AbortSignal.any([parts.signal, dead.signal]);
  const failed = (why: string, came = 0): Tried => ({ status: "again", came, why });
  let cancelSilence = parts.clock.after(SILENCE_MS, () => dead.abort());
  let came = 0;
  let file: FileHandle | null = null;
  try {
    const response = await parts.fetch(url, { headers, signal: stop, redirect: "error" });
    if (response.status === 404) return { ...failed("the cloud does not have it"), status: "none" };
    if (response.status === 416) {
      // All of it is here already, or another file has come in its place.
      const isWhole = response.headers.get("content-range") === `bytes */${found}`;
      if (isWhole) return { ...failed(""), status: "done" };
      forgetDownload(path);
      return failed("the file has changed");
    }
    if (!response.ok || response.body === null) return failed(`status ${response.status}`);
    const goesOn = response.status === 206;
    const from = goesOn ? found : 0;
    const length = response.headers.get("content-length");
    const size = length === null ? null : from + Number(length);
    if (size !== null && size > maxBytes) {
      return { ...failed(`it has ${size} bytes, and at most ${maxBytes} are expected`), status: "hopeless" };
    }
    if (!goesOn) writeFileSync(etagPath(path), response.headers.get("etag") ?? "");
    file = await open(path, goesOn ? "a" : "w", 0o600);
    const pace = new Pace(parts.clock, parts.kibPerSecond);
    for await (const piece of response.body) {
      cancelSilence();
      cancelSilence = parts.clock.after(SILENCE_MS, () => dead.abort());
      came += piece.length;
      if (from + came > maxBytes) return { ...failed("more comes than was told", came), status: "hopeless" };
      await file.write(piece);
      parts.progress(from + came, size ?? maxBytes);
      await pace.take(piece.length, stop);
      if (stop.aborted) break;
    }
    const isWhole = size === null ? !stop.aborted : from + came === size;
    if (isWhole) return { status: "done", came, why: "" };
    return failed("it was cut off", came);
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error), came);
  } finally {
    cancelSilence();
    await file?.close();
  }
}
