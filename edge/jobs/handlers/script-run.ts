import { accessSync, constants, realpathSync, type Stats, statSync } from "node:fs";
import { join, sep } from "node:path";
import { accept, type Result, refuse } from "../../../protocol/errors.ts";
import type { JobArguments } from "../../../protocol/jobs/job-kinds.ts";
import { GIB, MINUTE } from "../../../protocol/units.ts";
import type { Attempt, JobHandler, Outcome } from "../handler.ts";

/** Written by others than root and the gateway's own account. */
const WRITABLE_BY_OTHERS = 0o022;

/** What a script may take at most, by prlimit(1): processor seconds, memory, open files, processes of its account. */
const LIMITS = [`--cpu=${(10 * MINUTE) / 1_000}`, `--as=${GIB}`, "--nofile=256", "--nproc=512", "--core=0"];

/**
 * Runs a script that whoever installed the gateway has put into its folder of scripts: a program with arguments, never a
 * line for a shell. It has no more rights than the gateway, a bare environment, and a process group that ends with its time.
 */
export function scriptRunHandler(folder: string): JobHandler {
  return {
    needsDevice: false,
    async begin(attempt) {
      const { script, args } = attempt.execution.arguments as JobArguments<"script.run">;
      const path = findScript(folder, script);
      if (!path.ok) return { ok: false, reason: path.refusal.detail, final: true };
      return runScript(path.value, args, attempt);
    },
  };
}

/** The script's real path. Code: `request.invalid`, with what is wrong with it. */
export function findScript(folder: string, script: string): Result<string> {
  const wrong = (what: string) => refuse("request.invalid", `${script} ${what}`);
  let home: string;
  let path: string;
  let file: Stats;
  try {
    home = realpathSync(folder);
  } catch {
    return refuse("request.invalid", `there are no scripts on this gateway: ${folder} is not there`);
  }
  try {
    path = realpathSync(join(home, script));
    file = statSync(path);
  } catch {
    return wrong(`is not in ${folder}`);
  }
  if (!path.startsWith(home + sep)) return wrong(`leads out of ${folder}`);
  if (!file.isFile()) return wrong("is not a file");
  const owner = process.getuid?.() ?? 0;
  if (file.uid !== 0 && file.uid !== owner)
    return wrong("belongs to somebody other than root and the gateway");
  if ((file.mode & WRITABLE_BY_OTHERS) !== 0) return wrong("can be written by others: chmod go-w");
  try {
    accessSync(path, constants.X_OK);
  } catch {
    return wrong("is not executable: chmod +x");
  }
  return accept(path);
}

async function runScript(path: string, args: readonly string[], attempt: Attempt): Promise<Outcome> {
  const { signal, log } = attempt;
  const child = Bun.spawn(["nice", "-n", "10", "prlimit", ...LIMITS, path, ...args], {
    cwd: "/",
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", LANG: "C.UTF-8" },
    // A process group of its own.
    detached: true,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const end = (): void => killGroup(child.pid);
  signal.addEventListener("abort", end, { once: true });
  try {
    await Promise.all([
      eachLine(child.stdout, (line) => log("info", line)),
      eachLine(child.stderr, (line) => log("warning", line)),
    ]);
    const exitCode = await child.exited;
    if (exitCode === 0) return { ok: true, output: { exitCode } };
    const { signalCode } = child;
    return {
      ok: false,
      reason: signalCode === null ? `it ended with ${exitCode}` : `it was ended by ${signalCode}`,
    };
  } finally {
    signal.removeEventListener("abort", end);
  }
}

/** All that the script has started and that has not left its group. */
function killGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

async function eachLine(stream: ReadableStream<Uint8Array>, hear: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of stream) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) hear(line);
    // A script that never ends a line must not fill the memory.
    if (rest.length > LINE_MAX_LENGTH) {
      hear(rest);
      rest = "";
    }
  }
  if (rest !== "") hear(rest);
}

const LINE_MAX_LENGTH = 10_000;
