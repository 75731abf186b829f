import {
  configure,
  getAnsiColorFormatter,
  getJsonLinesFormatter,
  getLogger,
  type Logger,
} from "@logtape/logtape";
import type { RecentLines } from "./recent-lines.ts";

/** Structured lines on stderr, one an event: JSON for machines, words for people. stdout stays for data. */

export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;
export const LOG_FORMATS = ["json", "pretty"] as const;

export interface LogOptions {
  level: (typeof LOG_LEVELS)[number];
  format: (typeof LOG_FORMATS)[number];
  /** Keeps the newest lines as well. */
  recent?: RecentLines;
}

/** Sets up logging for the process and gives the logger of the gateway. */
export async function openLog(options: LogOptions): Promise<Logger> {
  const format =
    options.format === "json" ? getJsonLinesFormatter({ properties: "flatten" }) : getPrettyFormatter();
  await configure({
    reset: true,
    sinks: {
      stderr: (record) => {
        const line = format(record);
        process.stderr.write(line);
        options.recent?.add(line);
      },
    },
    loggers: [
      { category: "homepot", lowestLevel: options.level, sinks: ["stderr"] },
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["stderr"] },
    ],
  });
  return getLogger(["homepot", "edge"]);
}

/** Words, then what they are about: `name=value` after the message. */
function getPrettyFormatter(): ReturnType<typeof getAnsiColorFormatter> {
  const words = getAnsiColorFormatter({ timestamp: "time", category: "." });
  return (record) => {
    const facts = Object.entries(record.properties).map(([name, value]) => `${name}=${show(value)}`);
    return facts.length === 0 ? words(record) : `${words(record).trimEnd()} ${facts.join(" ")}\n`;
  };
}

function show(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(value.message);
  return typeof value === "string" && !/[\s"]/.test(value) ? value : (JSON.stringify(value) ?? "undefined");
}
