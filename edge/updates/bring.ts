import { accept, type Result, refuse } from "../../protocol/errors.ts";
import type { ReleaseFile } from "../../protocol/releases/release.ts";
import { type DownloadParts, download, forgetDownload } from "./download.ts";
import { sha256OfFile } from "./program-file.ts";
import { rebuild } from "./rebuild.ts";

export interface WantedProgram {
  /** Of the whole file at the cloud; what differs from a program with the hash H lies at `/from/H` below it. */
  address: string;
  file: ReleaseFile;
  /** The program that is there, which a delta begins with. */
  base: string;
  /** What was downloaded lies here. What an interruption leaves is gone on with; whoever is done with it forgets it. */
  downloadPath: string;
}

/**
 * Puts the program of a release together at `to`, synced and executable: from the delta or, where the cloud has none that is
 * of use, from the whole file. Gives how many bytes came. Codes: `update.download-failed`, `release.damaged`.
 */
export async function bringProgram(
  { address, file, base, downloadPath }: WantedProgram,
  to: string,
  parts: DownloadParts,
): Promise<Result<{ bytes: number }>> {
  const delta = await download(
    `${address}/from/${await sha256OfFile(base)}`,
    downloadPath,
    file.sizeBytes,
    parts,
  );
  if (!delta.ok) return delta;
  const deltaBytes = delta.value?.bytes ?? 0;
  if (delta.value !== null) {
    const built = await rebuild(file, downloadPath, base, to);
    if (built.ok) return accept({ bytes: deltaBytes });
    forgetDownload(downloadPath);
  }
  const whole = await download(address, downloadPath, file.sizeBytes, parts);
  if (!whole.ok) return whole;
  if (whole.value === null) return refuse("update.download-failed", `${address}: the cloud has it no more`);
  const built = await rebuild(file, downloadPath, null, to);
  if (built.ok) return accept({ bytes: deltaBytes + whole.value.bytes });
  // What is damaged must not be gone on with.
  forgetDownload(downloadPath);
  return built;
}
