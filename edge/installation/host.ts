import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

/** The machine that is installed on. */
export interface Host {
  /** Where a path of this machine is found. */
  at(path: string): string;
  /** Runs a program and waits for it. */
  run(command: readonly string[]): { ok: boolean; said: string };
  exists(path: string): boolean;
  read(path: string): string;
  /** Whole or not at all: what reads it meanwhile has the one before. */
  write(path: string, text: string, mode: number): void;
  /** Takes a file there. False when the same is there already. */
  place(from: string, path: string, mode?: number): boolean;
  remove(path: string): void;
  /** Takes away a folder with nothing in it. False when there is something, or no folder. */
  removeEmpty(path: string): boolean;
}

/** The machine this runs on; `root` stands for another place than `/`, where files are concerned. */
export function realHost(root = "/"): Host {
  const at = (path: string): string => join(root, path);
  return {
    at,
    run(command) {
      const { success, stdout, stderr } = Bun.spawnSync([...command], { stdout: "pipe", stderr: "pipe" });
      return { ok: success, said: `${stdout}${stderr}`.trim() };
    },
    exists: (path) => existsSync(at(path)),
    read: (path) => readFileSync(at(path), "utf8"),
    write(path, text, mode) {
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(`${at(path)}.new`, text, { mode });
      // Whatever the umask of who installs says.
      chmodSync(`${at(path)}.new`, mode);
      renameSync(`${at(path)}.new`, at(path));
    },
    place(from, path, mode) {
      if (existsSync(at(path)) && sameFile(from, at(path))) return false;
      mkdirSync(dirname(at(path)), { recursive: true });
      copyFileSync(from, `${at(path)}.new`);
      if (mode !== undefined) chmodSync(`${at(path)}.new`, mode);
      renameSync(`${at(path)}.new`, at(path));
      return true;
    },
    remove: (path) => rmSync(at(path), { recursive: true, force: true }),
    removeEmpty(path) {
      try {
        rmdirSync(at(path));
        return true;
      } catch {
        // ENOTEMPTY, ENOENT: it stays as it is.
        return false;
      }
    },
  };
}

function sameFile(one: string, other: string): boolean {
  if (statSync(one).size !== statSync(other).size) return false;
  const hash = (path: string): bigint | number => Bun.hash(readFileSync(path));
  return hash(one) === hash(other);
}
