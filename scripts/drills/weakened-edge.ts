import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");
const DATABASE = "edge/database/database.ts";
const PROMISED = "synchronous = FULL";

/**
 * The gateway with one word changed: `synchronous = NORMAL`, as most programs use SQLite. A copy of its source rather
 * than a hidden setting, so that the product cannot be made to run this way, and rather than a disk that ignores
 * fsync, because this is the very mistake the drill must be able to find.
 */
export class WeakenedEdge implements Disposable {
  readonly #home: string;

  private constructor(home: string) {
    this.#home = home;
  }

  static make(): WeakenedEdge {
    const edge = new WeakenedEdge(mkdtempSync(join(tmpdir(), "homepot-weakened-")));
    const to = (name: string): string => join(edge.#home, name);
    for (const name of ["edge", "protocol", "package.json", "tsconfig.json"]) {
      cpSync(join(ROOT, name), to(name), { recursive: true });
    }
    symlinkSync(join(ROOT, "node_modules"), to("node_modules"));
    const source = readFileSync(to(DATABASE), "utf8");
    if (source.split(PROMISED).length !== 2) {
      edge[Symbol.dispose]();
      throw new Error(`${DATABASE} does not say "${PROMISED}" once, so the control cannot be made`);
    }
    writeFileSync(to(DATABASE), source.replace(PROMISED, "synchronous = NORMAL"));
    return edge;
  }

  get main(): string {
    return join(this.#home, "edge/main.ts");
  }

  [Symbol.dispose](): void {
    rmSync(this.#home, { recursive: true, force: true });
  }
}
