import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");
/** A promise in the gateway's source, and what stands in its place in the copy that must be caught. */
export interface Weakness {
  file: string;
  promised: string;
  instead: string;
}

/** As most programs use SQLite: a commit is in the file, and not yet on the disk. */
export const NOT_SYNCED: Weakness = {
  file: "edge/database/database.ts",
  promised: "synchronous = FULL",
  instead: "synchronous = NORMAL",
};

/** As most brokers do: a message is acknowledged when it has come, and stored a moment later. */
export const ACKNOWLEDGED_TOO_SOON: Weakness = {
  file: "edge/telemetry/telemetry.ts",
  promised: "return this.#gathering.committed;",
  instead: "return Promise.resolve();",
};

/**
 * The gateway with a few words changed. A copy of its source rather than a hidden setting, so that the product cannot be
 * made to run this way, and rather than a disk that ignores fsync, because this is the very mistake a drill must be
 * able to find.
 */
export class WeakenedEdge implements Disposable {
  readonly #home: string;

  private constructor(home: string) {
    this.#home = home;
  }

  static make({ file, promised, instead }: Weakness): WeakenedEdge {
    const edge = new WeakenedEdge(mkdtempSync(join(tmpdir(), "homepot-weakened-")));
    const to = (name: string): string => join(edge.#home, name);
    for (const name of ["edge", "protocol", "package.json", "tsconfig.json"]) {
      cpSync(join(ROOT, name), to(name), { recursive: true });
    }
    symlinkSync(join(ROOT, "node_modules"), to("node_modules"));
    const source = readFileSync(to(file), "utf8");
    if (source.split(promised).length !== 2) {
      edge[Symbol.dispose]();
      throw new Error(`${file} does not say "${promised}" once, so the control cannot be made`);
    }
    writeFileSync(to(file), source.replace(promised, instead));
    return edge;
  }

  get main(): string {
    return join(this.#home, "edge/main.ts");
  }

  [Symbol.dispose](): void {
    rmSync(this.#home, { recursive: true, force: true });
  }
}
