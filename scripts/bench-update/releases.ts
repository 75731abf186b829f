import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { version } from "../../package.json";
import { compile } from "../releases/compile.ts";
import { makeRelease } from "../releases/make-release.ts";

/** A release of the gateway's program for this machine, made of the tree as it stands but for one line. */
export interface MadeRelease {
  version: string;
  sequence: number;
  /** The program in the release's folder. */
  program: string;
}

/** What is done to one file of the gateway's source: a text in it is another. */
export interface Change {
  file: RegExp;
  from: string;
  to: string;
}

const PLATFORM = process.arch === "arm64" ? "linux-arm64" : "linux-x64";
const TARGET = process.arch === "arm64" ? "bun-linux-arm64" : "bun-linux-x64-baseline";

/** Makes releases in a folder, one below it for each, all signed by one key: a new one, unless one is given. */
export class ReleaseMaker {
  readonly folder: string;
  readonly #key: KeyObject;
  readonly #builds: string;

  constructor(directory: string, key: KeyObject = generateKeyPairSync("ed25519").privateKey) {
    this.#key = key;
    this.folder = join(directory, "releases");
    this.#builds = join(directory, "builds");
    for (const path of [this.folder, join(this.#builds, "unfinished")]) mkdirSync(path, { recursive: true });
  }

  async make(name: string, sequence: number, change: Change | null): Promise<MadeRelease> {
    const file = "homepot-edge";
    const outfile = join(this.#builds, name);
    const plugins = change === null ? [] : [changing(change)];
    const unfinished = join(this.#builds, "unfinished", file);
    await compile({
      ...{ entry: "edge/main.ts", target: TARGET, unfinished, outfile, sequence, plugins },
      commit: name,
    });
    if (!existsSync(outfile)) throw new Error(`${outfile} was not made`);
    await makeRelease({
      ...{ key: this.#key, version: `${version}+${name}`, sequence, folder: join(this.folder, name) },
      programs: [{ program: "homepot-edge", platform: PLATFORM, path: outfile }],
    });
    const program = join(this.folder, name, `homepot-edge-${PLATFORM}`);
    return { version: `${version}+${name}`, sequence, program };
  }
}

function changing({ file, from, to }: Change): Bun.BunPlugin {
  return {
    name: "one line is another",
    setup(build) {
      build.onLoad({ filter: file }, async ({ path }) => {
        const text = await Bun.file(path).text();
        if (!text.includes(from)) throw new Error(`${path} does not have ${from}`);
        return { contents: text.replace(from, to), loader: "ts" };
      });
    },
  };
}
