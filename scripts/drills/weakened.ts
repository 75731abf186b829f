import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");
/** A promise in a program's source, and what stands in its place in the copy that must be caught. */
export interface Weakness {
  file: string;
  promised: string;
  instead: string;
}

/** As most programs use SQLite (`synchronous=NORMAL`): a commit is in the file, and not yet on the disk. */
export const EDGE_NOT_SYNCED: Weakness = {
  file: "edge/database/put-on-disk.ts",
  promised: "DiskCalls = { beside: fdatasync, within: fdatasyncSync }",
  instead: "DiskCalls = { beside: (_fd, done) => done(null), within: () => undefined }",
};
export const CLOUD_NOT_SYNCED: Weakness = {
  file: "cloud/database/log-sync.ts",
  promised: "put: PutOnDisk = fdatasync",
  instead: "put: PutOnDisk = (_fd, done) => done(null)",
};

/** As most brokers do: a message is acknowledged when it has come, and stored a moment later. */
export const ACKNOWLEDGED_TOO_SOON: Weakness = {
  file: "edge/telemetry/telemetry.ts",
  promised: "return this.#gathering.committed;",
  instead: "return Promise.resolve();",
};

/**
 * The gateway, or the cloud, with a few words changed. A copy of its source rather than a hidden setting, so that the product cannot be
 * made to run this way, and rather than a disk that ignores fsync, because this is the very mistake a drill must be
 * able to find.
 */
export class Weakened implements Disposable {
  readonly #home: string;
  readonly #side: string;

  private constructor(home: string, side: string) {
    this.#home = home;
    this.#side = side;
  }

  static make({ file, promised, instead }: Weakness): Weakened {
    const side = file.slice(0, file.indexOf("/"));
    const weakened = new Weakened(mkdtempSync(join(tmpdir(), "homepot-weakened-")), side);
    const to = (name: string): string => join(weakened.#home, name);
    const pages = side === "cloud" ? ["ui"] : [];
    for (const name of [side, ...pages, "protocol", "package.json", "tsconfig.json"]) {
      cpSync(join(ROOT, name), to(name), { recursive: true });
    }
    symlinkSync(join(ROOT, "node_modules"), to("node_modules"));
    const source = readFileSync(to(file), "utf8");
    if (source.split(promised).length !== 2) {
      weakened[Symbol.dispose]();
      throw new Error(`${file} does not say "${promised}" once, so the control cannot be made`);
    }
    writeFileSync(to(file), source.replace(promised, instead));
    return weakened;
  }

  get main(): string {
    return join(this.#home, this.#side, "main.ts");
  }

  [Symbol.dispose](): void {
    rmSync(this.#home, { recursive: true, force: true });
  }
}
