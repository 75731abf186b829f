import { accept, type Result, refuse } from "../../protocol/errors.ts";
import type { ReleaseFile } from "../../protocol/releases/release.ts";
import { MIB } from "../../protocol/units.ts";
import { type DownloadParts, download, forgetDownload } from "./download.ts";
import { freeBytes, sha256OfFile } from "./program-file.ts";
import { rebuild } from "./rebuild.ts";
import type { UpdateState, Versions } from "./versions.ts";

export interface Obtained {
  state: UpdateState;
}

export interface ObtainParts extends Omit<DownloadParts, "progress"> {
  dataDirectory: string;
  /** The program that runs, which a delta begins with. */
  base: string;
  progress(said: { percent?: number; message?: string }): void;
  tryProgram(path: string, version: string): Promise<Result<void>>;
}

/** What stays free for the gateway's own work, whatever an update needs. */
const MARGIN_BYTES = 64 * MIB;

/**
 * Brings the program of a release into the free slot, by the delta from the one that runs or, where the cloud has none,
 * whole; or finds it there. Codes: `update.not-possible` (no room, or it does not start here), `update.download-failed`,
 * `release.damaged`.
 */
export async function obtain(
  {
    update,
    file,
    cloudUrl,
  }: { update: Parameters<Versions["begin"]>[0]; file: ReleaseFile; cloudUrl: string },
  versions: Versions,
  parts: ObtainParts,
): Promise<Result<Obtained>> {
  const known = versions.state();
  if (known?.phase === "staged" && known.sha256 === update.sha256) {
    const path = versions.programOf(known.slot);
    if ((await sha256OfFile(path)) === update.sha256) {
      return accept({ state: { ...known, ...update } });
    }
  }
  const room = freeBytes(parts.dataDirectory);
  const needed = 2 * file.sizeBytes + MARGIN_BYTES;
  if (room < needed) {
    return refuse("update.not-possible", `it takes ${toMib(needed)} MiB, and ${toMib(room)} MiB are free`);
  }
  const state = versions.begin(update);
  const address = `${cloudUrl}/releases/${update.sequence}/${file.file}`;
  let bytes = 0;
  let made: Result<void> = refuse("update.download-failed", address);
  const staged = await versions
    .stage(state, async (path) => {
      made = await fetchAndBuild(path);
      if (!made.ok) throw new Unfinished();
    })
    .catch((error: unknown) => {
      if (error instanceof Unfinished) return null;
      throw error;
    });
  if (staged === null) return made as Result<never>;
  return accept({ state: { ...staged, downloadedBytes: bytes } });

  async function fetchAndBuild(path: string): Promise<Result<void>> {
    const from = await sha256OfFile(parts.base);
    const delta = await fetchPart(`${address}/from/${from}`);
    if (!delta.ok) return delta;
    if (delta.value) {
      const built = await rebuild(file, versions.downloadPath, parts.base, path);
      if (built.ok) return parts.tryProgram(path, update.version);
      forgetDownload(versions.downloadPath);
    }
    const whole = await fetchPart(address);
    if (!whole.ok) return whole;
    if (!whole.value) return refuse("update.download-failed", `${address}: the cloud has it no more`);
    const built = await rebuild(file, versions.downloadPath, null, path);
    // What is damaged must not be gone on with.
    if (!built.ok) forgetDownload(versions.downloadPath);
    return built.ok ? parts.tryProgram(path, update.version) : built;
  }

  /** False: the cloud does not have it. */
  async function fetchPart(url: string): Promise<Result<boolean>> {
    const got = await download(url, versions.downloadPath, file.sizeBytes, {
      ...parts,
      progress: (came, of) =>
        parts.progress({ percent: Math.floor((came / of) * 90), message: `downloading, ${toMib(of)} MiB` }),
    });
    if (!got.ok) return got;
    bytes += got.value?.bytes ?? 0;
    return accept(got.value !== null);
  }
}

class Unfinished extends Error {
  override readonly name = "Unfinished";
}

function toMib(bytes: number): string {
  return (bytes / MIB).toFixed(bytes < MIB ? 2 : 0);
}
