import { existsSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import type { Platform, ReleaseFile } from "../../protocol/releases/release.ts";
import { MIB } from "../../protocol/units.ts";
import {
  bringProgram,
  type DownloadParts,
  type Fetch,
  fetchRelease,
  forgetDownload,
  rebuild,
} from "../updates/updates.ts";
import type { InstallationParts } from "./installation.ts";
import { readStatus } from "./running.ts";
import { DATA, PACKAGE_FILE, PROGRAM } from "./system-files.ts";

/** The sequence of the version that came over the air and runs, where one did. */
const CURRENT = `${DATA}/versions/current/sequence`;

/** A delta is here before anybody reads of it. */
const TOLD_BYTES = 8 * MIB;

export interface UpgradeOptions {
  /** A folder with a release, as on a stick; null: the newest that the gateway's cloud hands on. */
  from: string | null;
  /** What the release must be signed by. */
  keyPath: string;
  /** Of the release that this program is of; 0 for none. */
  sequence: number;
  platform: Platform;
  /** Says what would be done, and does nothing. */
  dryRun: boolean;
}

export interface UpgradeParts extends InstallationParts, Omit<DownloadParts, "signal" | "progress"> {
  /** `runsHere` */
  tryProgram(path: string, version: string): Promise<Result<void>>;
}

/**
 * Brings the installed gateway to a newer release, as an update over the air does (a download that was interrupted is gone on
 * with): checks its signature by the key of this installation, its hash, that it is
 * newer and that it starts here; has it install itself; and goes back to the one before when it does not run. Codes:
 * `install.not-root`, `install.packaged`, `install.failed`, `update.not-possible`, `update.download-failed`, `release.…`.
 * Gives the version that is there now, null when nothing newer is.
 */
export async function upgrade(
  { from, keyPath, sequence, platform, dryRun }: UpgradeOptions,
  parts: UpgradeParts,
): Promise<Result<string | null>> {
  const { host, say, isRoot, tryProgram } = parts;
  // The installed program does this; what runs may have come over the air since.
  const runs = Math.max(sequence, host.exists(CURRENT) ? Number(host.read(CURRENT)) || 0 : 0);
  if (!isRoot && !dryRun) return refuse("install.not-root", "this changes the system");
  if (host.exists(PACKAGE_FILE))
    return refuse("install.packaged", "bring it up to date as it came: apt-get install ./homepot-edge_….deb");
  if (!host.exists(PROGRAM)) return refuse("update.not-possible", "no gateway is installed on this machine");
  const cloudUrl = from ?? readStatus(parts)?.enrolment?.cloud ?? null;
  if (cloudUrl === null)
    return refuse("update.not-possible", "it belongs to no cloud; --from takes a folder with a release");
  const fetch = from === null ? parts.fetch : readFrom(from);
  const signal = new AbortController().signal;
  const found = await fetchRelease(
    { cloudUrl, sequence: null, beyond: runs },
    { fetch, keyPath, platform, signal },
  );
  if (!found.ok) return found;
  const { release, file } = found.value;
  if (release.sequence === runs) return accept(null);
  if (dryRun) {
    say(`would bring this gateway to ${release.version}`);
    return accept(release.version);
  }
  // On the disk that programs are on.
  const [base, folder] = [host.at(PROGRAM), host.at(dirname(PROGRAM))];
  const [next, before, downloadPath] = [
    join(folder, "next"),
    join(folder, "before"),
    join(folder, "download"),
  ];
  try {
    say(`bringing ${release.version}`);
    const address = `${cloudUrl}/releases/${release.sequence}/${file.file}`;
    const download = { ...parts, signal, progress: sayEachTenth(say) };
    const brought =
      from === null
        ? await bringProgram({ address, file, base, downloadPath }, next, download)
        : await copyProgram(from, file, next);
    if (!brought.ok) return brought;
    forgetDownload(downloadPath);
    const starts = await tryProgram(next, release.version);
    if (!starts.ok) return starts;
    const kept = host.run(["ln", "--force", base, before]);
    if (!kept.ok) return refuse("install.failed", `${before}: ${kept.said}`);
    // What belongs to a version, as its unit, is known to its own program.
    const installed = host.run([next, "install"]);
    if (installed.ok) return accept(release.version);
    const back = host.run([before, "install"]);
    const outcome = back.ok ? "and the one before runs again" : `nor does the one before (${back.said})`;
    return refuse("install.failed", `${release.version} does not run, ${outcome}: ${installed.said}`);
  } finally {
    for (const path of [next, before]) rmSync(path, { force: true });
  }
}

/** A folder as if it were the cloud's. */
function readFrom(folder: string): Fetch {
  return async (url) => {
    const file = Bun.file(join(folder, basename(url)));
    return (await file.exists()) ? new Response(file) : new Response(null, { status: 404 });
  };
}

async function copyProgram(from: string, file: ReleaseFile, to: string): Promise<Result<void>> {
  const path = join(from, file.file);
  if (!existsSync(path)) return refuse("update.download-failed", `${path} is not there`);
  return rebuild(file, path, null, to);
}

/** How far a download is, at each tenth of what takes long enough to be told of. */
function sayEachTenth(say: (line: string) => void): DownloadParts["progress"] {
  let told = 0;
  return (bytes, ofBytes) => {
    const tenths = Math.floor((bytes / ofBytes) * 10);
    if (ofBytes < TOLD_BYTES || tenths <= told) return;
    told = tenths;
    say(`  ${tenths * 10} % of ${Math.ceil(ofBytes / MIB)} MiB`);
  };
}
