import {
  configure,
  getAnsiColorFormatter,
  getJsonLinesFormatter,
  getLogger,
  type Logger,
} from "@logtape/logtape";

/** Structured lines on stderr, one an event: JSON for machines, words for people. stdout stays for data. */

export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;
export const LOG_FORMATS = ["json", "pretty"] as const;

export interface LogOptions {
  level: (typeof LOG_LEVELS)[number];
  format: (typeof LOG_FORMATS)[number];
}

/** Sets up logging for the process and gives the logger of the control plane. */
export async function openLog(options: LogOptions): Promise<Logger> {
  const format =
    options.format === "json" ? getJsonLinesFormatter({ properties: "flatten" }) : getPrettyFormatter();
  await configure({
    reset: true,
    sinks: {
      stderr: (record) => {
        process.stderr.write(format(record));
      },
    },
    loggers: [
      { category: "homepot", lowestLevel: options.level, sinks: ["stderr"] },
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["stderr"] },
    ],
  });
  return getLogger(["homepot", "cloud"]);
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
  if (value instanceof Error) return quote(value.message);
  return typeof value === "string" && !/[\s"\p{C}]/u.test(value) ? value : quote(value);
}

/** What others sent must neither begin a line of its own nor move the cursor of the terminal it is read on. */
function quote(value: unknown): string {
  return (JSON.stringify(value) ?? "undefined").replace(
    /[\p{C}\u2028\u2029]/gu,
    (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`,
  );
}
