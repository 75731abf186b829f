import { existsSync, readdirSync, readFileSync } from "node:fs";

/** What a process takes of the memory, MB. */
export interface Memory {
  /** All that is resident: what `ps` and `systemctl status` show. */
  residentMb: number;
  /** Nobody else's and nowhere on the disk: what the machine would have again if it ended. */
  ownMb: number;
  /** Pages of the program and of libraries: the kernel drops them when it needs room, and reads them again. */
  fileMb: number;
}

const MB = 1_000_000;

/** Of a process, now. */
export function readMemory(pid: number): Memory {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const megabytes = (name: string): number =>
    (Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1]) * 1_024) / MB;
  const [residentMb, ownMb] = [megabytes("Rss"), megabytes("Anonymous")];
  return { residentMb, ownMb, fileMb: residentMb - ownMb };
}

/** What all threads of a process have had of the processor, ms. It hardly depends on what else the machine does. */
export function processorMs(pid: number): number {
  const nanoseconds = readdirSync(`/proc/${pid}/task`).map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ", 1)[0]),
  );
  return nanoseconds.reduce((sum, each) => sum + each, 0) / MB;
}

/** The next who reads it reads it from the disk: POSIX_FADV_DONTNEED, which needs no privilege. */
export function takeOutOfCache(path: string): void {
  if (!existsSync(path)) return;
  const dropped = Bun.spawnSync(["dd", `if=${path}`, "iflag=nocache", "count=0", "status=none"]);
  if (dropped.exitCode !== 0) throw new Error(`dd: ${dropped.stderr}`);
}
