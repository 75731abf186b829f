import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { promisify } from "node:util";
import { constants, zstdCompress } from "node:zlib";
import type { Logger } from "@logtape/logtape";
import { makeDelta } from "../../protocol/releases/make-delta.ts";
import { MIB } from "../../protocol/units.ts";
import { sha256OfFile } from "./release-folder.ts";

/** A program in a release's folder. */
export interface ProgramFile {
  path: string;
  sha256: string;
}

const compress = promisify(zstdCompress);
/** Of a delta that is as small as they are between two versions of ours the slowest level takes no time. */
const [SMALL_LEVEL, LARGE_LEVEL] = [19, 9];
const SMALL_BYTES = 4 * MIB;
const ENDING = ".delta";

/**
 * Deltas from one program to another, each made once, when a gateway first asks for it, and kept in a folder. One is made
 * at a time: it takes some seconds, in which the service goes on, and both files' size in memory.
 */
export class Deltas {
  readonly #directory: string;
  readonly #log: Logger;
  /** By name, what is there or on its way. */
  readonly #known = new Map<string, Promise<ProgramFile>>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: { directory: string; log: Logger }) {
    this.#directory = parts.directory;
    this.#log = parts.log;
  }

  get(base: ProgramFile, target: ProgramFile): Promise<ProgramFile> {
    const name = `${base.sha256}-${target.sha256}${ENDING}`;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const made = this.#findOrMake(name, base, target);
    this.#known.set(name, made);
    // What failed, for want of room say, is tried again when it is next asked for.
    made.catch(() => this.#known.delete(name));
    return made;
  }

  /** Forgets what leads to programs that are no more. */
  keepOnly(targets: ReadonlySet<string>): void {
    const names = existsSync(this.#directory) ? readdirSync(this.#directory) : [];
    for (const name of names) {
      const isWanted = targets.has(name.split("-")[1]?.replace(ENDING, "") ?? "");
      if (isWanted) continue;
      rmSync(join(this.#directory, name), { force: true });
      this.#known.delete(name);
    }
  }

  async #findOrMake(name: string, base: ProgramFile, target: ProgramFile): Promise<ProgramFile> {
    const path = join(this.#directory, name);
    if (!existsSync(path)) {
      const before = this.#last;
      const making = before.catch(() => undefined).then(() => this.#make(path, base, target));
      this.#last = making;
      await making;
    }
    return { path, sha256: await sha256OfFile(path) };
  }

  async #make(path: string, base: ProgramFile, target: ProgramFile): Promise<void> {
    const startedMs = performance.now();
    const making = makeDelta(await Bun.file(base.path).bytes(), await Bun.file(target.path).bytes());
    let step = making.next();
    for (; step.done !== true; step = making.next()) await setImmediate();
    const level = step.value.length < SMALL_BYTES ? SMALL_LEVEL : LARGE_LEVEL;
    const packed = await compress(step.value, { params: { [constants.ZSTD_c_compressionLevel]: level } });
    mkdirSync(this.#directory, { recursive: true });
    writeFileSync(`${path}.new`, packed);
    renameSync(`${path}.new`, path);
    const tookMs = Math.round(performance.now() - startedMs);
    this.#log.info("made the delta between two programs", { path, sizeBytes: packed.length, tookMs });
  }
}
