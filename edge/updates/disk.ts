import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";

/**
 * The steps on the disk that an update is made of. What a step did is only certain to survive a power cut after `sync`: of
 * the file for what is in it, of its folder for its name. The tests cut the power between any two of them.
 */
export interface Disk {
  exists(path: string): boolean;
  /** Null when there is no such file. */
  read(path: string): string | null;
  /** What a symbolic link names; null when there is none. */
  readLink(path: string): string | null;
  makeFolder(path: string): void;
  write(path: string, text: string): void;
  sync(path: string): void;
  rename(from: string, to: string): void;
  link(path: string, target: string): void;
  /** A file, or a folder with all in it; nothing when it is not there. */
  remove(path: string): void;
}

export const realDisk: Disk = {
  exists: (path) => existsSync(path),
  read: (path) => orNull(() => readFileSync(path, "utf8")),
  readLink: (path) => orNull(() => readlinkSync(path)),
  makeFolder: (path) => void mkdirSync(path, { recursive: true, mode: 0o700 }),
  write: (path, text) => writeFileSync(path, text),
  sync(path) {
    const file = openSync(path, "r");
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  },
  rename: (from, to) => renameSync(from, to),
  link: (path, target) => symlinkSync(target, path),
  remove: (path) => rmSync(path, { recursive: true, force: true }),
};

function orNull(read: () => string): string | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "EINVAL")) {
      return null;
    }
    throw error;
  }
}
