import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Node } from "./power-cut-disk.ts";

const LAUNCHER = new URL("../../../systemd/launcher.sh", import.meta.url).pathname;

/** A program that says which one it is, if all of it is there. */
export function programText(version: string): string {
  return `#!/bin/sh\n# ${"-".repeat(80)}\necho "$HOMEPOT_LAUNCHED ${version}"\n`;
}

/** A machine with the real launcher, an installed program, and a data directory that a test puts there and takes away. */
export class LaunchedMachine implements Disposable {
  readonly #root = mkdtempSync(join(tmpdir(), "homepot-launched-"));
  readonly data = join(this.#root, "data");

  constructor(installed: { version: string; sequence: number }) {
    const folder = join(this.#root, "lib/homepot-edge");
    mkdirSync(folder, { recursive: true });
    mkdirSync(join(this.#root, "bin"));
    // What is certain is the tests' to say, and a disk takes its time.
    mkdirSync(join(this.#root, "fakes"));
    symlinkSync("/bin/true", join(this.#root, "fakes/sync"));
    cpSync(LAUNCHER, join(this.#root, "bin/homepot-edge"));
    writeFileSync(join(folder, "homepot-edge"), programText(installed.version), { mode: 0o755 });
    writeFileSync(join(folder, "sequence"), `${installed.sequence}\n`);
  }

  /** Puts there what a disk has below `/data`, starts the launcher, and gives what it started and what it left. */
  boot(tree: ReadonlyMap<string, Node>, command = "run"): { said: string; tree: Map<string, Node> } {
    rmSync(this.data, { recursive: true, force: true });
    for (const [path, node] of [...tree].sort(([one], [other]) => (one < other ? -1 : 1))) {
      const at = join(this.#root, path);
      mkdirSync(dirname(at), { recursive: true });
      if (node.kind === "folder") mkdirSync(at, { recursive: true });
      else if (node.kind === "link") symlinkSync(node.to, at);
      else writeFileSync(at, node.text);
      if (node.kind === "file" && at.endsWith("/homepot-edge")) chmodSync(at, 0o755);
    }
    return { said: this.launch(command, "--data", this.data), tree: this.#read() };
  }

  launch(...args: string[]): string {
    const launcher = join(this.#root, "bin/homepot-edge");
    const { stdout, stderr } = Bun.spawnSync([launcher, ...args], {
      ...{ stdout: "pipe", stderr: "pipe" },
      env: { PATH: `${join(this.#root, "fakes")}:/usr/bin:/bin` },
    });
    return `${stdout}${stderr}`.trim();
  }

  [Symbol.dispose](): void {
    rmSync(this.#root, { recursive: true });
  }

  #read(): Map<string, Node> {
    const tree = new Map<string, Node>();
    const take = (path: string): void => {
      const at = join(this.#root, path);
      const found = lstatSync(at, { throwIfNoEntry: false });
      if (found === undefined) return;
      if (found.isSymbolicLink()) tree.set(path, { kind: "link", to: readlinkSync(at) });
      else if (found.isDirectory()) {
        tree.set(path, { kind: "folder" });
        for (const name of readdirSync(at)) take(join(path, name));
      } else {
        const text = readFileSync(at, "utf8");
        tree.set(path, { kind: "file", text, synced: text });
      }
    };
    take("/data");
    return tree;
  }
}
