/** `bun scripts/drills/scan/main.ts [--only sqlmap|wapiti|self-test] [--match REGEXP]`: see scripts/drills/web-scan. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Estate } from "./estate.ts";
import { type Finding, isGrave, tellFindings } from "./finding.ts";
import { isForgeryProof } from "./forgery.ts";
import { Meter } from "./meter.ts";
import { selfTest } from "./self-test.ts";
import { runSqlmap } from "./sqlmap.ts";
import { apiTargets, formTargets, headerTargets, SPARED, type Target } from "./targets.ts";
import { runWapiti } from "./wapiti.ts";

const { values: args } = parseArgs({
  options: { only: { type: "string" }, match: { type: "string", default: "" } },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const asked = (name: string): boolean => args.only === undefined || args.only === name;

const PAGES_OPEN = ["/login", "/signup", "/forgot-password", "/reset-password?token=a", "/offline", "/docs"];

/** Addresses with what they are asked with: the scanners go on from there by the links of the pages. */
function pagesOf({ sites, devices }: Record<string, string>): string[] {
  return [
    ...["/", "/sites?q=a&tag=scanned", "/sites/new", `/sites/${sites}`, `/sites/${sites}/edit`],
    ...["/devices?q=a&connectivity=online&sort=-lastSeen", `/devices/${devices}`],
    ...[`/devices/${devices}/configuration`, "/devices/new", "/devices?deleted=true"],
    ...["/gateways?q=a", "/gateways/add"],
    ...[
      "/settings",
      "/settings/members",
      "/settings/roles",
      "/settings/password",
      "/settings/audit?q=a&action=site.create",
      "/settings/telemetry",
    ],
    ...["/docs", "/docs/errors"],
  ];
}

async function scanBySqlmap(estate: Estate, base: string, home: string): Promise<Scan> {
  const known = await estate.known();
  const { cookie, token } = estate;
  const targets: Target[] = [
    ...headerTargets(cookie, token),
    ...apiTargets(await estate.document(), known, token),
    ...(await formTargets(estate.url, [...pagesOf(known), ...PAGES_OPEN], cookie)),
    ...(await formTargets(estate.url, PAGES_OPEN, "")),
  ].filter(({ method, path }) => new RegExp(args.match).test(`${method} ${path}`));
  // What takes records away comes last.
  targets.sort((a, b) => harm(a) - harm(b));
  const scan: Scan = { findings: [], faults: [] };
  for (const [index, target] of targets.entries()) {
    const startedMs = performance.now();
    const { findings, faults } = await runSqlmap(base, target, home);
    scan.findings.push(...findings);
    scan.faults.push(...faults);
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(0);
    say(`sqlmap ${index + 1}/${targets.length} ${target.method} ${target.path}: ${seconds} s`);
  }
  return scan;
}

interface Scan {
  findings: Finding[];
  faults: string[];
}

const harm = ({ method, path }: Target): number =>
  method === "DELETE" ? 2 : /\/(revoke|retire|remove|delete)/.test(path) ? 1 : 0;

async function scanByWapiti(estate: Estate, base: string, home: string): Promise<Scan> {
  const starts = [
    ...pagesOf(await estate.known()),
    "/api/v1/sites?q=a&sort=name&limit=5",
    "/api/v1/devices?q=a&connectivity=online&limit=5",
    "/api/v1/audit?q=a&limit=5",
    "/api/v1/gateways?q=a",
  ];
  const task = { base, home };
  say("wapiti as nobody");
  const open = await runWapiti({
    ...task,
    starts: [...PAGES_OPEN, "/login?next=/sites", "/api/v1/sites?q=a"],
    cookie: null,
    crawlSeconds: 60,
    secondsPerModule: 20,
  });
  say("wapiti as somebody who is logged in");
  const { cookie } = estate;
  const inside = await runWapiti({ ...task, starts, cookie, crawlSeconds: 120, secondsPerModule: 45 });
  const findings: Finding[] = [];
  for (const finding of [...open.findings, ...inside.findings])
    findings.push(
      (await isForgeryProof(estate.url, cookie, finding)) ? { ...finding, severity: "low" } : finding,
    );
  return { findings, faults: [...open.faults, ...inside.faults] };
}

async function main(): Promise<number> {
  const startedMs = performance.now();
  const home = await mkdtemp(join(tmpdir(), "homepot-scan-"));
  const faults: string[] = [];
  const findings: Finding[] = [];
  try {
    if (asked("self-test")) faults.push(...(await selfTest(home, say)));
    if (args.only === "self-test") return verdict(findings, faults, startedMs);
    await using estate = await Estate.start(join(home, "estate"), say);
    await using meter = await Meter.before(estate.port, SPARED);
    for (const [name, scan] of [
      ["sqlmap", scanBySqlmap],
      ["wapiti", scanByWapiti],
    ] as const) {
      if (!asked(name)) continue;
      const told = await scan(estate, meter.url, home);
      findings.push(...told.findings);
      faults.push(...told.faults);
      if (!(await estate.isLoggedIn()))
        faults.push(`${name} lost its session: what came after was not scanned`);
    }
    for (const [where, count] of meter.broken)
      findings.push({ tool: "meter", severity: "medium", where, what: `the service failed, ${count} times` });
    tellAnswers(meter);
    return verdict(findings, faults, startedMs);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function tellAnswers({ total, statuses, places }: Meter): void {
  say(`\n${total.toLocaleString("en")} requests:`);
  for (const [status, count] of [...statuses].sort(([a], [b]) => a - b))
    say(`  ${status}: ${count.toLocaleString("en")}`);
  say("most often:");
  for (const [place, count] of [...places].sort(([, a], [, b]) => b - a).slice(0, 40))
    say(`  ${String(count).padStart(7)} ${place}`);
}

function verdict(findings: readonly Finding[], faults: readonly string[], startedMs: number): number {
  const grave = findings.filter(isGrave);
  const slight = findings.filter((finding) => !isGrave(finding));
  say(`\nof no great concern (${slight.length}):`);
  for (const line of tellFindings(slight)) say(`  ${line}`);
  say(`of medium severity or above (${grave.length}):`);
  for (const line of tellFindings(grave)) say(`  ${line}`);
  for (const fault of faults) say(`fault: ${fault}`);
  const held = grave.length === 0 && faults.length === 0;
  say(`${held ? "held" : "BROKEN"} in ${((performance.now() - startedMs) / 60_000).toFixed(1)} min`);
  return held ? 0 : 1;
}

process.exitCode = await main();
