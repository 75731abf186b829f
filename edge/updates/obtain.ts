import { accept, type Result, refuse } from "../../protocol/errors.ts";
import type { ReleaseFile } from "../../protocol/releases/release.ts";
import { MIB } from "../../protocol/units.ts";
import { bringProgram } from "./bring.ts";
import type { DownloadParts } from "./download.ts";
import { freeBytes, sha256OfFile } from "./program-file.ts";
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
    const wanted = { address, file, base: parts.base, downloadPath: versions.downloadPath };
    const brought = await bringProgram(wanted, path, {
      ...parts,
      progress: (came, of) =>
        parts.progress({ percent: Math.floor((came / of) * 90), message: `downloading, ${toMib(of)} MiB` }),
    });
    if (!brought.ok) return brought;
    bytes = brought.value.bytes;
    return parts.tryProgram(path, update.version);
  }
}

class Unfinished extends Error {
  override readonly name = "Unfinished";
}

function toMib(bytes: number): string {
  return (bytes / MIB).toFixed(bytes < MIB ? 2 : 0);
}
