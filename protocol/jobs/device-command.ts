import * as v from "valibot";
import { accept, assertNever, type Result, refuse } from "../errors.ts";
import { FIRMWARE_STAGES } from "../firmware/transfer.ts";
import { isJsonObject, parseJson, parseJsonObject } from "../json.ts";
import { check } from "../validate.ts";
import { LOG_LEVELS, LOG_LINE_MAX_LENGTH, type LogLevel } from "./job-log.ts";

/** What a device is told on `command/<execution>`, and what it answers below that topic. */

export interface DeviceCommand {
  command: string;
  args: Record<string, unknown>;
  /** Until when it may take, ms since 1970. */
  deadline: number;
}

export function deviceCommand({ command, args, deadline }: DeviceCommand): string {
  return JSON.stringify({ command, args, deadline });
}

const progressSchema = v.object({
  percent: v.optional(
    v.pipe(
      v.number("must be a number"),
      v.minValue(0, "must be 0 to 100"),
      v.maxValue(100, "must be 0 to 100"),
    ),
  ),
  message: v.optional(
    v.pipe(
      v.string("must be a text"),
      v.transform((text) => text.slice(0, 500)),
    ),
  ),
  /** Of a firmware. What else a device calls its stages means nothing here, and does no harm. */
  stage: v.fallback(v.optional(v.picklist(FIRMWARE_STAGES)), undefined),
});
export type CommandProgress = v.InferOutput<typeof progressSchema>;

/** `{"percent": 40, "message": "…"}`. Codes: `payload.not-json`, `payload.invalid`. */
export function parseCommandProgress(text: string): Result<CommandProgress> {
  const object = parseJsonObject(text);
  return object.ok ? check(progressSchema, object.value, "payload.invalid") : object;
}

export interface CommandLine {
  level: LogLevel;
  message: string;
}

/** Plain text, or `{"level", "message"}`. Code: `payload.invalid`. */
export function parseCommandLine(text: string): Result<CommandLine> {
  const json = parseJson(text);
  if (!json.ok || !isJsonObject(json.value)) return accept({ level: "info", message: cut(text) });
  const { level = "info", message } = json.value;
  if (typeof message !== "string") return refuse("payload.invalid", "message: must be a text");
  // "warn" is what many loggers say.
  const known = LOG_LEVELS.find((name) => name === level || (level === "warn" && name === "warning"));
  if (known === undefined) return refuse("payload.invalid", `level: must be one of ${LOG_LEVELS.join(", ")}`);
  return accept({ level: known, message: cut(message) });
}

function cut(text: string): string {
  return text.slice(0, LOG_LINE_MAX_LENGTH);
}

export type CommandResult = { ok: true; output?: unknown } | { ok: false; error: string };

/** What a device says on one of these topics. */
export type CommandAnswer =
  | ({ channel: "progress" } & CommandProgress)
  | ({ channel: "log" } & CommandLine)
  | { channel: "result"; result: CommandResult };

/** Reads it. Codes: `payload.not-json`, `payload.invalid`. */
export function readAnswer(
  channel: "command-progress" | "command-log" | "command-result",
  text: string,
): Result<CommandAnswer> {
  switch (channel) {
    case "command-progress": {
      const said = parseCommandProgress(text);
      return said.ok ? accept({ channel: "progress", ...said.value }) : said;
    }
    case "command-log": {
      const line = parseCommandLine(text);
      return line.ok ? accept({ channel: "log", ...line.value }) : line;
    }
    case "command-result": {
      const result = parseCommandResult(text);
      return result.ok ? accept({ channel: "result", result: result.value }) : result;
    }
    default:
      return assertNever(channel);
  }
}

const resultSchema = v.variant("ok", [
  v.object({ ok: v.literal(true), output: v.optional(v.unknown()) }),
  v.object({
    ok: v.literal(false),
    error: v.pipe(
      v.string("must be a text"),
      v.transform((text) => text.slice(0, 900)),
    ),
  }),
]);

/** `{"ok": true, "output": …}` or `{"ok": false, "error": "…"}`. Codes: `payload.not-json`, `payload.invalid`. */
export function parseCommandResult(text: string): Result<CommandResult> {
  const object = parseJsonObject(text);
  return object.ok ? check(resultSchema, object.value, "payload.invalid") : object;
}
