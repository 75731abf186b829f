import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What a running demo tells another that is started beside it. */
export interface Running {
  pid: number;
  url: string;
}

/** The demo that runs on this data now, or null. */
export function runningDemo(directory: string): Running | null {
  try {
    const running = JSON.parse(readFileSync(join(directory, "running.json"), "utf8")) as Running;
    process.kill(running.pid, 0);
    return running;
  } catch {
    // No file, a broken file, or a process that is gone: nothing runs.
    return null;
  }
}

/** Notes that this process runs on the data. Disposing of it takes the note away. */
export function noteRunning(directory: string, url: string): Disposable {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, "running.json");
  writeFileSync(path, JSON.stringify({ pid: process.pid, url } satisfies Running));
  return { [Symbol.dispose]: () => rmSync(path, { force: true }) };
}
