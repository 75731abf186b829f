import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { EDGE_SETTINGS, type EdgeSettings } from "../config/settings.ts";
import type { EdgeDatabase } from "../database/database.ts";
import { readAccessCode } from "../status-page/status-page.ts";
import { REMOVED, redact } from "./redact.ts";

/**
 * A file for whoever helps from afar: how the gateway is, what it found, what it logged, on what machine.
 *
 * Promises: no key, password, code or token is in it, nor what devices have sent; every text goes through `redact`, with the
 * secrets that this gateway has by their values. It sends nothing anywhere: a person does, after reading it.
 */
export interface SupportParts {
  dataDirectory: string;
  settings: EdgeSettings;
  db: EdgeDatabase;
  /** `homepot-edge status --json` and `doctor`, as they came out. */
  status: object;
  doctor: string;
  /** Runs a program; null when it is not there. */
  run(command: readonly string[]): string | null;
}

/** What is asked of the machine, each a file. */
const QUESTIONS: readonly { file: string; command: readonly string[] }[] = [
  {
    file: "log.txt",
    command: ["journalctl", "--unit=homepot-edge", "--output=short-iso", "--no-pager", "--lines=5000"],
  },
  {
    file: "service.txt",
    command: ["systemctl", "status", "--no-pager", "--full", "--lines=0", "homepot-edge"],
  },
  { file: "kernel.txt", command: ["uname", "-a"] },
  {
    file: "system.txt",
    command: ["cat", "/etc/os-release", "/proc/loadavg", "/proc/meminfo", "/proc/uptime"],
  },
  { file: "disks.txt", command: ["df", "-h"] },
  { file: "network.txt", command: ["ip", "address"] },
  { file: "clock.txt", command: ["timedatectl", "status"] },
];

const ABOUT = `What homepot-edge support-bundle gathers for whoever helps from afar.

status.json     homepot-edge status --json, without the code of the status page and without what devices sent
doctor.txt      homepot-edge doctor
settings.json   the settings as they are; secret ones only as "set"
database.json   how many rows each table has
update.json     how the last update of the program went
log.txt         the newest 5,000 lines of the log
the others      the machine: its system, disks, network, clock, and the service

Keys, passwords, codes and tokens were taken out; "${REMOVED}" stands where one was. Read it before you pass it on.
`;

/** The files of the bundle by name. */
export function gatherSupport(parts: SupportParts): Record<string, string> {
  const { settings, db, status, doctor, run } = parts;
  const known = knownSecrets(parts);
  const files: Record<string, string> = {
    "status.json": json(withoutSamples(status)),
    "doctor.txt": doctor,
    "settings.json": json(shownSettings(settings)),
    "database.json": json(countRows(db)),
    "update.json": lastUpdate(parts),
  };
  for (const { file, command } of QUESTIONS) files[file] = run(command) ?? `${command[0]} is not there\n`;
  const redacted = Object.entries(files).map(([name, text]) => [name, redact(text, known)]);
  return { "README.txt": ABOUT, ...Object.fromEntries(redacted) };
}

/** What this gateway has of secrets, each as it might stand in a text. */
function knownSecrets({ dataDirectory, settings }: SupportParts): string[] {
  const code = readAccessCode(dataDirectory);
  const keys = readdirSync(dataDirectory)
    .filter((name) => /\.key(\.new)?$|\.pem$/.test(name))
    .flatMap((name) => readFileSync(join(dataDirectory, name), "utf8").split("\n"))
    .filter((line) => line !== "" && !line.startsWith("-----"));
  const proxy = URL.parse(settings.cloudProxy ?? "");
  const proxyWords = proxy === null ? [] : [proxy.password, decodeURIComponent(proxy.password)];
  const codes = code === null ? [] : [code, `${code.slice(0, 4)}-${code.slice(4)}`];
  return [...codes, ...keys, ...proxyWords, settings.cloudProxy ?? ""];
}

/** How the last update of the program went, and so which version runs beside the installed one. */
function lastUpdate({ dataDirectory }: SupportParts): string {
  try {
    return readFileSync(join(dataDirectory, "versions", "update.json"), "utf8");
  } catch {
    // There has been none.
    return "null\n";
  }
}

function shownSettings(settings: EdgeSettings): Record<string, unknown> {
  const values: Record<string, unknown> = { ...settings };
  const rows = Object.entries(EDGE_SETTINGS).map(([key, { name, ...setting }]) => {
    const isSecret = "secret" in setting && setting.secret === true;
    return [name, isSecret && values[key] !== null ? "set" : values[key]];
  });
  return Object.fromEntries(rows);
}

/** A refused message is told with its reason; its content is the device's. */
function withoutSamples(status: object): unknown {
  return JSON.parse(
    JSON.stringify(status, (key, value) =>
      key === "sample" || (key === "code" && !isReason(value)) ? undefined : value,
    ),
  );
}

/** `code` is the reason of a refusal, `payload.not-json`, or the code of the status page. */
function isReason(value: unknown): boolean {
  return typeof value === "string" && value.includes(".");
}

function countRows({ sqlite }: EdgeDatabase): Record<string, number> {
  const tables = sqlite
    .query<{ name: string }, []>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .all();
  return Object.fromEntries(
    tables.map(({ name }) => {
      const row = sqlite.query<{ count: number }, []>(`SELECT count(*) AS count FROM "${name}"`).get();
      return [name, row?.count ?? 0];
    }),
  );
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
