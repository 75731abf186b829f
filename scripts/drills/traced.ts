/**
 * A command that starts a program under strace, which does each of `faults` to its fsyncs (in strace's words for
 * `inject`) and writes them to `output`. The tracer is no parent of the program, so that signals reach the program.
 * Without strace's own --seccomp-bpf: injecting needs the whole system call to be watched.
 */
export function traced(faults: readonly string[], output: string): string[] {
  const calls = "fsync,fdatasync";
  const injections = faults.flatMap((fault) => ["-e", `inject=${calls}:${fault}`]);
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
