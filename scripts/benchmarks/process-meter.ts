import { readFileSync } from "node:fs";

/** What the kernel knows of a process. Linux only, as the benchmarks are. */

/** `getconf CLK_TCK`: the same on every architecture Linux runs on today. */
const TICKS_PER_SECOND = 100;

/** Seconds of processor time a process has used, its own and the kernel's for it, all threads. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // After the name, which may hold spaces and brackets: state is the third field, utime and stime the 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/**
 * Seconds of processor time the machine has had since it started, of all its processors, working or idle. On a virtual machine it is less
 * than the time that has passed times the processors: the rest its host gave to others, of which it tells (`steal`) or, as often, says nothing.
 */
export function givenSeconds(): number {
  const [line = ""] = readFileSync("/proc/stat", "utf8").split("\n", 1);
  // user, nice, system, idle, iowait, irq, softirq; steal follows (proc_stat(5)).
  const ticks = line.trim().split(/\s+/).slice(1, 8).map(Number);
  return ticks.reduce((sum, each) => sum + each, 0) / TICKS_PER_SECOND;
}

/** The most memory a process has had at a time, MiB. */
export function peakMemoryMib(pid: number): number {
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(peak?.[1] ?? 0) / 1_024;
}

/** Bytes a process has sent, and the other end has acknowledged, over its open TCP connection to `port`. */
export function bytesSentTo(port: number, pid: number): number {
  const { stdout } = Bun.spawnSync(["ss", "-tinpH", "state", "established", `( dport = :${port} )`]);
  let most = 0;
  for (const line of stdout.toString().split(/\n(?=\S)/)) {
    const acked = /\bbytes_acked:(\d+)/.exec(line);
    if (line.includes(`pid=${pid},`) && acked !== null) most = Math.max(most, Number(acked[1]));
  }
  return most;
}
