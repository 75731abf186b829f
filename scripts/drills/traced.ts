/** How a program puts a file on the disk: SQLite with the first, within a commit, and the gateway with the second, beside its event loop. */
export const SYNCS = ["fsync", "fdatasync"] as const;
export type SyncCall = (typeof SYNCS)[number];

/**
 * A command that starts a program under strace, which does each of `faults` to its fsyncs (in strace's words for
 * `inject`; it counts those of each thread apart) or to those of one kind, and writes all to `output`. The tracer is no parent of the program, so that signals reach the program.
 * Without strace's own --seccomp-bpf: injecting needs the whole system call to be watched.
 */
export function traced(
  faults: readonly string[],
  output: string,
  syncs: readonly SyncCall[] = SYNCS,
): string[] {
  const calls = SYNCS.join(",");
  const injections = faults.flatMap((fault) => ["-e", `inject=${syncs.join(",")}:${fault}`]);
  return [
    "strace",
    "-D",
    "-f",
    "-qq",
    "-o",
    output,
    "-e",
    "signal=none",
    "-e",
    `trace=${calls}`,
    ...injections,
  ];
}
