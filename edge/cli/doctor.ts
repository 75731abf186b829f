import { Command } from "commander";
import { describeSkew } from "../../protocol/gateways/clock-skew.ts";
import { MIB } from "../../protocol/units.ts";
import type { EdgeSettings } from "../config/settings.ts";
import { type Finding, fine, problem, warning } from "../diagnosis/finding.ts";
import { examineDatabase, examineDisk } from "../diagnosis/storage.ts";
import { openDataDirectory } from "./data-directory.ts";
import { settingsOf, withSettings } from "./options.ts";
import { CLOCK_ADVICE } from "./status.ts";
import { readStatusReport, type StatusReport } from "./status-report.ts";

/** `homepot-edge doctor`: examines everything a gateway needs and says what to do. Ends with 1 when something does not work. */
export function doctorCommand(): Command {
  const command = new Command("doctor")
    .description("examine everything and say what to do about what does not work")
    .option("--json", "print JSON");
  return withSettings(command, ["data", "mqttListen", "diskBudgetMib"]).action(doctor);
}

const MARKS = { ok: "ok", warning: "warning", problem: "PROBLEM" } as const;

async function doctor({ json = false, ...rest }: Record<string, unknown>): Promise<void> {
  const findings = await examine(settingsOf(rest));
  if (json) process.stdout.write(`${JSON.stringify(findings)}\n`);
  else for (const finding of findings) process.stdout.write(describe(finding));
  if (findings.some(({ level }) => level === "problem")) process.exitCode = 1;
}

async function examine(settings: EdgeSettings): Promise<Finding[]> {
  const { data } = settings;
  let report: StatusReport | null;
  try {
    report = await readStatusReport(data, settings.mqttListen);
  } catch (error) {
    const disk = examineDisk(data);
    return [disk, unreadable(error, disk)];
  }
  if (report === null) {
    const advice = "Start one with `homepot-edge run`, or name its directory with --data.";
    return [problem("gateway", `there is no gateway in ${data} yet`, advice)];
  }
  using db = openDataDirectory(data);
  return [
    examineGateway(report),
    examineDisk(data),
    ...examineDatabase(db, data, settings.diskBudgetMib * MIB),
    examineCloud(report),
    examineClock(report),
    examineRejected(report),
  ];
}

function unreadable(error: unknown, disk: Finding): Finding {
  const says = `cannot be opened: ${error instanceof Error ? error.message : String(error)}`;
  const advice =
    disk.level === "problem"
      ? "Mend the disk first; the database may well be whole."
      : "Stop the gateway and keep a copy of the data directory. Then see dmesg for what the disk reports.";
  return problem("database", says, advice);
}

function examineGateway({ running, version, broker, devices }: StatusReport): Finding {
  if (!running) {
    return problem(
      "gateway",
      "it does not run",
      "Start it with `systemctl start homepot-edge`, or `homepot-edge run`.",
    );
  }
  if (!broker.reachable) {
    const advice = "See the gateway's log for why it does not listen: another program may have the port.";
    return problem("gateway", `it runs, and takes no connections at ${broker.listen}`, advice);
  }
  const says = `version ${version} runs and takes connections at ${broker.listen}; ${devices.online} of ${devices.count} devices online`;
  return fine("gateway", says);
}

function examineCloud({ enrolment, uplink, waiting }: StatusReport): Finding {
  if (enrolment === null) {
    const advice = "Make a claim code in the dashboard, then `homepot-edge enroll --cloud URL --claim CODE`.";
    return warning("cloud", "the gateway is not enrolled: it serves its site, and tells nobody", advice);
  }
  const behind = `${waiting.urgent} events and ${waiting.bulk} chunks of telemetry wait for it`;
  if (uplink === null) return warning("cloud", behind, "They are sent when the gateway runs.");
  if (uplink.state === "connected") return fine("cloud", `connected since ${uplink.since}; ${behind}`);
  const { reason } = uplink;
  const why = reason === null ? "" : ` (${reason.title}: ${reason.detail})`;
  const says = `${uplink.state} since ${uplink.since}${why}; ${behind}`;
  const advice = reason?.hint ?? "It is tried again by itself; nothing is lost meanwhile.";
  return uplink.state === "refused" ? problem("cloud", says, advice) : warning("cloud", says, advice);
}

function examineClock({ clockSkewMs }: StatusReport): Finding {
  if (clockSkewMs === null) return fine("clock", "not compared with the cloud's yet");
  const skew = describeSkew(clockSkewMs);
  if (skew === null) return fine("clock", "right, by the cloud's");
  return warning("clock", `${skew}, by the cloud's`, CLOCK_ADVICE);
}

function examineRejected({ rejected }: StatusReport): Finding {
  const [newest] = rejected.newest;
  if (newest === undefined) return fine("messages", "none was refused");
  const says = `${rejected.total} messages were refused, the newest at ${newest.at} on ${newest.topic} (${newest.code}: ${newest.reason})`;
  return warning(
    "messages",
    says,
    "Correct what the device sends; `homepot-edge status` shows the newest few.",
  );
}

function describe({ subject, level, says, advice }: Finding): string {
  // Some of it comes from devices and from the cloud, and nobody but us may steer the terminal.
  const plain = (text: string): string => text.replaceAll(/\p{Cc}/gu, "\uFFFD");
  const line = `${MARKS[level].padEnd(8)} ${subject.padEnd(9)} ${plain(says)}\n`;
  return advice === null ? line : `${line}${" ".repeat(19)}→ ${plain(advice)}\n`;
}
