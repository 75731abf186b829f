import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { runScanner } from "./command.ts";
import type { Finding } from "./finding.ts";
import type { Target } from "./targets.ts";

/** Longest for one address; a dozen parameters take a fraction of it, on a machine that has nothing else to do. */
const LIMIT_MS = 900_000;

export interface SqlmapRun {
  findings: Finding[];
  /** What it did not come to the end of, or did not begin with. */
  faults: string[];
}

/**
 * Tries SQL injection in every place of a request that is marked with `*`: error, blind, union, stacked and timed, as
 * SQLite understands them.
 */
export async function runSqlmap(base: string, target: Target, home: string): Promise<SqlmapRun> {
  const output = await mkdtemp(join(home, "sqlmap-"));
  const headers = Object.entries(target.headers).map(([name, value]) => `${name}: ${value}`);
  const { said, cut } = await runScanner(
    [
      ...["sqlmap", "-u", `${base}${target.path}`, "--method", target.method],
      ...(target.body === null ? [] : ["--data", target.body]),
      ...["--headers", headers.join("\n")],
      ...["--batch", "--disable-coloring", "--flush-session", "--output-dir", output],
      ...["--dbms", "SQLite", "--level", "3", "--risk", "3", "--time-sec", "2"],
      // A refusal is an answer as good as any other.
      ...["--ignore-code", "401,404", "--timeout", "20", "--retries", "1"],
    ],
    LIMIT_MS,
    home,
  );
  const where = `${target.method} ${target.path}`;
  const found = [...said.matchAll(/^Parameter: (.+)\n\s+Type: (.+)$/gm)].map(
    ([, parameter, type]): Finding => ({
      tool: "sqlmap",
      severity: "critical",
      where,
      what: `SQL injection (${type}) in ${parameter}`,
    }),
  );
  const done =
    /all tested parameters do not appear to be injectable|identified the following injection point/;
  if (cut)
    return { findings: found, faults: [`sqlmap was not through with ${where} in ${LIMIT_MS / 1_000} s`] };
  if (done.test(said)) return { findings: found, faults: [] };
  const last = said.trim().split("\n").slice(-6).join(" ⏎ ");
  return { findings: found, faults: [`sqlmap did not scan ${where}: ${last}`] };
}
