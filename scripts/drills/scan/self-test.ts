import type { Finding } from "./finding.ts";
import { Meter } from "./meter.ts";
import { runSqlmap } from "./sqlmap.ts";
import { serveVulnerable } from "./vulnerable.ts";
import { runWapiti } from "./wapiti.ts";

/** What each scanner must say of the service that has holes. */
const EXPECTED: readonly [tool: Finding["tool"], where: string, what: RegExp][] = [
  ["sqlmap", "/search", /SQL injection/],
  ["wapiti", "/search", /SQL/],
  ["wapiti", "/greet", /Cross Site Scripting/],
  ["wapiti", "/leave", /Redirect/],
];

/** Scans a service with holes by the same means as ours; gives what was not found. */
export async function selfTest(home: string, say: (line: string) => void): Promise<string[]> {
  say("both scanners look at a service with holes");
  using service = serveVulnerable();
  await using meter = await Meter.before(service.port);
  const target = { method: "GET", path: "/search?q=till*", headers: {}, body: null };
  const byMap = await runSqlmap(meter.url, target, home);
  const byWapiti = await runWapiti({
    base: meter.url,
    starts: [],
    cookie: null,
    crawlSeconds: 10,
    secondsPerModule: 5,
    home,
  });
  const findings = [...byMap.findings, ...byWapiti.findings];
  const missed = EXPECTED.filter(
    ([tool, where, what]) =>
      !findings.some((one) => one.tool === tool && one.where.includes(where) && what.test(one.what)),
  ).map(([tool, where]) => `${tool} did not find the hole of ${where}`);
  return [
    ...missed,
    ...byMap.faults,
    ...byWapiti.faults,
    ...(meter.total > 100 ? [] : ["hardly a request was counted"]),
  ];
}
