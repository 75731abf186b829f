import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runScanner } from "./command.ts";
import { type Finding, SEVERITIES } from "./finding.ts";

/**
 * Its modules, without those that need the internet while they run: `nikto` and `wapp` fetch a list of known programs
 * of other people, `ssrf` and `xxe` ask a server of wapiti's authors what arrived there (we read no XML, and open no
 * address that a person names).
 */
const MODULES = [
  ...[
    "backup",
    "blindsql",
    "brute_login_form",
    "buster",
    "cookieflags",
    "crlf",
    "csp",
    "csrf",
    "exec",
    "file",
  ],
  ...["htaccess", "http_headers", "methods", "permanentxss", "redirect", "shellshock", "sql", "xss"],
];

export interface WapitiTask {
  base: string;
  /** Further addresses to begin at: those that no page links to. */
  starts: readonly string[];
  /** `name=value; …`; none scans as anybody. */
  cookie: string | null;
  crawlSeconds: number;
  secondsPerModule: number;
  home: string;
}

/** Of the report that it writes. */
interface Report {
  vulnerabilities: Record<string, Told[]>;
  anomalies: Record<string, Told[]>;
  additionals: Record<string, Told[]>;
}
interface Told {
  method: string;
  path: string;
  info: string;
  level: number;
  parameter: string;
}

export async function runWapiti(task: WapitiTask): Promise<{ findings: Finding[]; faults: string[] }> {
  const directory = await mkdtemp(join(task.home, "wapiti-"));
  const report = join(directory, "report.json");
  const cookies = join(directory, "cookies.json");
  await writeFile(cookies, JSON.stringify(cookieFile(task.cookie ?? "")));
  const limitMs = (task.crawlSeconds + MODULES.length * (task.secondsPerModule + 20)) * 1_000;
  const { said, cut } = await runScanner(
    [
      ...["wapiti", "-u", `${task.base}/`, "--scope", "domain", "-m", MODULES.join()],
      ...task.starts.flatMap((path) => ["-s", `${task.base}${path}`]),
      ...(task.cookie === null ? [] : ["-c", cookies]),
      ...["-d", "4", "--max-links-per-page", "60", "--max-files-per-dir", "40", "-t", "20"],
      ...["--max-scan-time", String(task.crawlSeconds), "--max-attack-time", String(task.secondsPerModule)],
      ...["--store-session", directory, "--store-config", directory, "--flush-session", "--no-bugreport"],
      ...["-v", "1", "-f", "json", "-o", report],
    ],
    limitMs,
    task.home,
  );
  const written = Bun.file(report);
  if (cut || !(await written.exists())) {
    const last = said.trim().split("\n").slice(-6).join(" ⏎ ");
    return { findings: [], faults: [`wapiti gave no report: ${last}`] };
  }
  return { findings: findingsOf((await written.json()) as Report), faults: [] };
}

function findingsOf({ vulnerabilities, anomalies, additionals }: Report): Finding[] {
  return [vulnerabilities, anomalies, additionals]
    .flatMap((kinds) => Object.entries(kinds))
    .flatMap(([kind, all]) =>
      all.map(({ method, path, info, level, parameter }) => ({
        tool: "wapiti" as const,
        severity: SEVERITIES[Number(level)] ?? "critical",
        where: `${method} ${path}`,
        what: `${kind}: ${info}${parameter ? ` (${parameter})` : ""}`,
      })),
    );
}

/** Cookies in the form in which it reads them. */
function cookieFile(cookie: string): object {
  const pairs = cookie.split("; ").map((pair) => pair.split("=", 2) as [string, string]);
  const attributes = { expires: null, secure: false, port: null, version: 0 };
  const values = pairs.map(([name, value]) => [name, { value, ...attributes }]);
  return { "127.0.0.1": { "/": Object.fromEntries(values) } };
}
