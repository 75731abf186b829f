import * as v from "valibot";
import { SECOND } from "../../protocol/units.ts";
import type { Host } from "./host.ts";
import { ACCOUNT, DATA, LAUNCHER, SERVICE, SETTINGS } from "./system-files.ts";

/** The installed gateway, asked by its own program. */

/** A command of the gateway's program, as the account the service has, so that what it makes belongs to the service. */
export function asService(...args: string[]): string[] {
  return ["runuser", "-u", ACCOUNT, "--", LAUNCHER, ...args];
}

/** What the gateway says of itself, once it runs. `ok`: nothing is wrong. */
export function examine({ host }: { host: Host }): { ok: boolean; said: string } {
  return host.run(asService("doctor", "--config", SETTINGS, "--data", DATA));
}

/** Until it is known what becomes of the line: a gateway that has just started has not reached its cloud yet. */
export function awaitLine(parts: { host: Host; wait(ms: number): void }): Status | null {
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    const status = readStatus(parts);
    if (status?.uplink?.state !== "connecting" || waitedMs >= LINE_WITHIN_MS) return status;
    parts.wait(LOOK_EVERY_MS);
  }
}

const LOOK_EVERY_MS = SECOND;
const LINE_WITHIN_MS = 15 * SECOND;

/** Of `homepot-edge status --json`, what is of interest here. */
const statusSchema = v.object({
  enrolment: v.nullable(v.object({ site: v.string(), cloud: v.string() })),
  uplink: v.nullable(v.object({ state: v.string() })),
  page: v.nullable(v.object({ addresses: v.array(v.string()), code: v.nullable(v.string()) })),
});
type Status = v.InferOutput<typeof statusSchema>;

/** Null where there is no gateway yet. */
export function readStatus({ host }: { host: Host }): Status | null {
  if (!host.exists(LAUNCHER)) return null;
  const { ok, said } = host.run(asService("status", "--json", "--config", SETTINGS, "--data", DATA));
  const parsed = ok ? v.safeParse(v.pipe(v.string(), v.parseJson(), statusSchema), said) : null;
  return parsed?.success === true ? parsed.output : null;
}

/** Of what `doctor` finds, that which does not work; the log's end where it finds nothing. */
export function whyNotStarted(parts: { host: Host }): string {
  const lines = examine(parts).said.split("\n");
  const problems = lines.filter(
    (line, index) =>
      line.startsWith("PROBLEM") || (line.includes("→") && lines[index - 1]?.startsWith("PROBLEM")),
  );
  const others = problems.filter((line) => !/^PROBLEM +gateway|→ Start it with/.test(line));
  if (others.length > 0) return others.map((line) => line.trim()).join("\n");
  const { said } = parts.host.run(["journalctl", "-u", SERVICE, "-n", "5", "-o", "cat", "--no-pager"]);
  return said === "" ? "it said nothing" : said;
}
