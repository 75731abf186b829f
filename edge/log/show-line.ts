import * as v from "valibot";

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
export function showLine({ "@timestamp": at, level, message, logger: _, ...facts }: LogLine): string {
  const about = Object.entries(facts).map(([name, value]) => `${name}=${show(value)}`);
  const line = [at.replace("T", " ").replace(/\.\d+Z$/, "Z"), level.padEnd(7), message, ...about].join("  ");
  // Some of it comes from devices, and nobody but us may steer the terminal.
  return line.replaceAll(/\p{Cc}/gu, "\uFFFD");
}

function show(value: unknown): string {
  if (typeof value === "string" && !/[\s"]/.test(value)) return value;
  return JSON.stringify(value) ?? "";
}
