import { Command, InvalidArgumentError } from "commander";
import { RefusalError, refuse } from "../../protocol/errors.ts";
import { LOG_LEVELS } from "../log/log.ts";
import { readLine, showLine } from "../log/show-line.ts";

const LINES_MAX = 100_000;

interface LogsOptions {
  lines: number;
  follow?: boolean;
  level: string;
  json?: boolean;
}

/** `homepot-edge logs`: the log of the installed gateway, from the journal, in words. */
export function logsCommand(): Command {
  return new Command("logs")
    .description("the log of the installed gateway, the newest lines last")
    .option("--lines <number>", "how many", toLines, 100)
    .option("--follow", "go on as new lines come")
    .option("--level <level>", `the least important to show: ${LOG_LEVELS.join(", ")}`, toLevel, "debug")
    .option("--json", "print them as they were written")
    .action(logs);
}

async function logs({ lines, follow = false, level, json = false }: LogsOptions): Promise<void> {
  if (Bun.which("journalctl") === null) {
    throw new RefusalError(refuse("install.no-systemd", "there is no journal to read the log from").refusal);
  }
  const command = ["journalctl", "--unit=homepot-edge", "--output=cat", "--no-pager", `--lines=${lines}`];
  const journal = Bun.spawn(follow ? [...command, "--follow"] : command, {
    stdout: "pipe",
    stderr: "inherit",
  });
  let rest = "";
  for await (const bytes of journal.stdout.pipeThrough(new TextDecoderStream())) {
    const parts = `${rest}${bytes}`.split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const line = readLine(part);
      if (!isShown(line?.level, level)) continue;
      process.stdout.write(`${json || line === null ? part : showLine(line)}\n`);
    }
  }
  if ((await journal.exited) !== 0) process.exitCode = 1;
}

/** What is no line of ours, such as systemd's own, is always shown. */
function isShown(level: string | undefined, least: string): boolean {
  const order: readonly string[] = LOG_LEVELS;
  return level === undefined || order.indexOf(level) >= order.indexOf(least);
}

function toLines(text: string): number {
  const lines = Number(text);
  if (Number.isInteger(lines) && lines >= 1 && lines <= LINES_MAX) return lines;
  throw new InvalidArgumentError(`must be a whole number from 1 to ${LINES_MAX}.`);
}

function toLevel(text: string): string {
  if ((LOG_LEVELS as readonly string[]).includes(text)) return text;
  throw new InvalidArgumentError(`must be one of ${LOG_LEVELS.join(", ")}.`);
}
