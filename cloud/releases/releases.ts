import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "@logtape/logtape";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import { RELEASE_FILE } from "../../protocol/releases/release.ts";
import type { ReleaseList, StoredRelease } from "../../protocol/releases/release-list.ts";
import type { Needs, Scope } from "../accounts/scope.ts";
import { Deltas, type ProgramFile } from "./deltas.ts";
import { BESIDE, type ReleaseFolder, readReleaseFolder } from "./release-folder.ts";

export type { ReleaseFolder } from "./release-folder.ts";

/**
 * The releases that this control plane hands on: to gateways that are installed, and to those that are updated.
 *
 * Promises: what it hands on is signed by the key beside it, and whole; a release that is not is logged and does not exist;
 * a folder that is put there or taken away while the service runs is noticed. It never makes, signs or changes a release,
 * and what it says binds no gateway: each checks the signature by the key it was installed with.
 */
export interface Releases {
  /** The newest first. */
  all(): Promise<readonly ReleaseFolder[]>;
  /** A file to hand on, of the release with this sequence or of the newest. Code: `record.not-found`. */
  file(which: number | "latest", name: string): Promise<Result<HandedOn>>;
  /**
   * What leads from the program with this hash to one of a release (`protocol/releases/delta.ts`, compressed with zstd).
   * Code: `record.not-found`, also where no release here has that program.
   */
  delta(which: number | "latest", name: string, baseSha256: string): Promise<Result<HandedOn>>;
  list(scope: Scope): Promise<Result<ReleaseList>>;
}

/** What people need to be allowed. */
export const RELEASE_NEEDS: Needs<Releases> = { list: "gateway:read" };

/** A file, as it lies on the disk. */
export interface HandedOn {
  body: Blob;
  type: string;
  sha256: string;
}

export interface ReleasesParts {
  /** A folder with a folder for each release, or a release itself. Need not exist. */
  directory: string;
  /** Where deltas are kept; it is made when the first one is. */
  deltasDirectory: string;
  log: Logger;
}

export function createReleases({ directory, deltasDirectory, log }: ReleasesParts): Releases {
  const deltas = new Deltas({ directory: deltasDirectory, log });
  let readFor: string | null = null;
  let reading: Promise<readonly ReleaseFolder[]> = Promise.resolve([]);

  const all = (): Promise<readonly ReleaseFolder[]> => {
    const manifests = findManifests(directory);
    const state = JSON.stringify(manifests);
    if (state !== readFor) {
      readFor = state;
      reading = readAll(
        manifests.map(({ path }) => path),
        log,
      ).then((found) => {
        deltas.keepOnly(new Set(programsOf(found).map(({ sha256 }) => sha256)));
        prepareDeltas(found, deltas, log);
        return found;
      });
    }
    return reading;
  };
  const find = async (which: number | "latest"): Promise<ReleaseFolder | undefined> => {
    const found = await all();
    return which === "latest" ? found[0] : found.find(({ release }) => release.sequence === which);
  };

  return {
    all,
    async file(which, name) {
      const folder = await find(which);
      if (folder === undefined) return refuse("record.not-found", `release ${which}`);
      const program = folder.release.files.find(({ file }) => file === name);
      const sha256 = program?.sha256 ?? folder.sha256[name];
      if (sha256 === undefined) {
        return refuse("record.not-found", `${name} of release ${folder.release.version}`);
      }
      return accept({ body: Bun.file(join(folder.path, name)), type: TYPES[name] ?? BINARY, sha256 });
    },
    async delta(which, name, baseSha256) {
      const folder = await find(which);
      const target = folder && programsOf([folder]).find(({ path }) => path === join(folder.path, name));
      const base = programsOf(await all()).find(({ sha256 }) => sha256 === baseSha256);
      if (target === undefined) return refuse("record.not-found", `${name} of release ${which}`);
      if (base === undefined) return refuse("record.not-found", `a program with the SHA-256 ${baseSha256}`);
      const { path, sha256 } = await deltas.get(base, target);
      return accept({ body: Bun.file(path), type: BINARY, sha256 });
    },
    async list() {
      return accept({ items: (await all()).map(toStored) });
    },
  };
}

/** Most gateways come from the release before, and the first that is updated need not wait. */
function prepareDeltas([newest, before]: readonly ReleaseFolder[], deltas: Deltas, log: Logger): void {
  if (newest === undefined || before === undefined) return;
  for (const target of newest.release.files.filter(({ program }) => program === "homepot-edge")) {
    const base = before.release.files.find(
      ({ program, platform }) => program === target.program && platform === target.platform,
    );
    if (base === undefined) continue;
    deltas
      .get(
        { path: join(before.path, base.file), sha256: base.sha256 },
        { path: join(newest.path, target.file), sha256: target.sha256 },
      )
      .catch((error: unknown) => log.warn("a delta could not be prepared", { error }));
  }
}

function programsOf(folders: readonly ReleaseFolder[]): ProgramFile[] {
  return folders.flatMap(({ path, release }) =>
    release.files.map(({ file, sha256 }) => ({ path: join(path, file), sha256 })),
  );
}

const BINARY = "application/octet-stream";
const TYPES: Readonly<Record<string, string>> = {
  [BESIDE[0]]: "application/json",
  [BESIDE[1]]: "text/plain; charset=utf-8",
  [BESIDE[2]]: "application/x-pem-file",
};

function toStored({ release, keyFingerprint }: ReleaseFolder): StoredRelease {
  return { ...release, keyFingerprint };
}

/** Every manifest with when it was written, which is what says whether it has to be read again. */
function findManifests(directory: string): { path: string; changedMs: number }[] {
  const names = [".", ...namesIn(directory)];
  return names.flatMap((name) => {
    const found = statSync(join(directory, name, RELEASE_FILE), { throwIfNoEntry: false });
    return found === undefined ? [] : [{ path: join(directory, name), changedMs: found.mtimeMs }];
  });
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map(({ name }) => name)
      .sort();
  } catch {
    // No folder, no releases: nobody has to keep any.
    return [];
  }
}

async function readAll(paths: readonly string[], log: Logger): Promise<ReleaseFolder[]> {
  const found = new Map<number, ReleaseFolder>();
  for (const path of paths) {
    const read = await readReleaseFolder(path);
    if (!read.ok) {
      log.error("a release is not handed on", { path, code: read.refusal.code, detail: read.refusal.detail });
      continue;
    }
    const { sequence, version } = read.value.release;
    const other = found.get(sequence);
    if (other !== undefined) log.warn("a release is there twice", { path, other: other.path, sequence });
    else found.set(sequence, read.value);
    log.info("a release is handed on", { path, version, sequence });
  }
  return [...found.values()].sort((one, other) => other.release.sequence - one.release.sequence);
}
