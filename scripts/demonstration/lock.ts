import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What a demo tells another that is started beside it. */
export interface Running {
  pid: number;
  /** When the process began, as the kernel counts: another process may have the number by now. */
  began: string;
  /** Where the dashboard is; null while it is starting. */
  url: string | null;
}

/** The right to run on a data directory. One process at a time has it; disposing of it gives it back. */
export class DemoLock implements Disposable {
  readonly #path: string;
  readonly #own: Running;

  private constructor(path: string, own: Running) {
    this.#path = path;
    this.#own = own;
  }

  /** Takes the lock, or gives who has it. One that was left by a process that is gone is taken over. */
  static take(directory: string): DemoLock | Running {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const path = join(directory, "running.json");
    const lock = new DemoLock(path, { pid: process.pid, began: beginOf(process.pid), url: null });
    if (lock.#create()) return lock;
    const holder = readRunning(path);
    if (holder !== null) return holder;
    rmSync(path, { force: true });
    if (lock.#create()) return lock;
    // Somebody else took it over in the same moment.
    return readRunning(path) ?? lock.#own;
  }

  /** Says where the dashboard is. */
  announce(url: string): void {
    this.#own.url = url;
    renameSync(this.#write(), this.#path);
  }

  [Symbol.dispose](): void {
    if (readRunning(this.#path)?.pid === process.pid) rmSync(this.#path, { force: true });
  }

  /** Whole or not at all, and only when there is none. */
  #create(): boolean {
    const written = this.#write();
    try {
      linkSync(written, this.#path);
      return true;
    } catch {
      return false;
    } finally {
      rmSync(written, { force: true });
    }
  }

  #write(): string {
    const path = `${this.#path}.${process.pid}`;
    writeFileSync(path, JSON.stringify(this.#own));
    return path;
  }
}

/** Who runs on the data now; null when nobody does, or the file is of one that is gone. */
function readRunning(path: string): Running | null {
  try {
    const running = JSON.parse(readFileSync(path, "utf8")) as Running;
    process.kill(running.pid, 0);
    return beginOf(running.pid) === running.began ? running : null;
  } catch {
    // No file, a broken file, or a process that is gone: nothing runs.
    return null;
  }
}

/** Field 22 of /proc/PID/stat; "" where there is no such thing. The name in field 2 may hold blanks. */
function beginOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
