import * as v from "valibot";
import { LOG_LEVELS, type LogLevel } from "../../protocol/jobs/job-log.ts";

/** A line of the log as `--log-format json` writes it; what it is about stands beside these. */
const lineSchema = v.looseObject({
  "@timestamp": v.string(),
  level: v.pipe(
    v.string(),
    v.toLowerCase(),
    v.transform((level) => (level === "warn" ? "warning" : level)),
  ),
  message: v.string(),
});
export type LogLine = v.InferOutput<typeof lineSchema>;

/** Null for what is no line of ours. */
export function readLine(text: string): LogLine | null {
  try {
    const parsed = v.safeParse(lineSchema, JSON.parse(text));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

/** For people: when, how important, what, and what it is about. */
export function showLine(line: LogLine): string {
  return harmless([timeOf(line), line.level.padEnd(7), ...saidOf(line)].join("  "));
}

/** A line as a job's log has it, which shows by itself how important each is; what is no line of ours as it is. */
export function toJobLine(text: string): { level: LogLevel; message: string } {
  const line = readLine(text);
  if (line === null) return { level: "info", message: text };
  return { level: levelOf(line.level), message: harmless([timeOf(line), ...saidOf(line)].join("  ")) };
}

const timeOf = ({ "@timestamp": at }: LogLine): string => at.replace("T", " ").replace(/\.\d+Z$/, "Z");

function saidOf({ "@timestamp": _at, level: _level, message, logger: _logger, ...facts }: LogLine): string[] {
  return [message, ...Object.entries(facts).map(([name, value]) => `${name}=${show(value)}`)];
}

/** Some of it comes from devices, and nobody but us may steer the terminal. */
const harmless = (line: string): string => line.replaceAll(/\p{Cc}/gu, "\uFFFD");

function levelOf(level: string): LogLevel {
  if (level === "trace") return "debug";
  if (level === "fatal") return "error";
  return LOG_LEVELS.find((known) => known === level) ?? "info";
}

function show(value: unknown): string {
  if (typeof value === "string" && !/[\s"]/.test(value)) return value;
  return JSON.stringify(value) ?? "";
}
