import { existsSync } from "node:fs";
import { Command } from "commander";
import { describeSkew } from "../../protocol/gateways/clock-skew.ts";
import { secureRandom } from "../clock/clock.ts";
import { CLOCK_ADVICE } from "../diagnosis/diagnosis.ts";
import { makeAccessCode } from "../status-page/status-page.ts";
import { databasePath } from "./data-directory.ts";
import { describeTopics } from "./device.ts";
import { settingsOf, withSettings } from "./options.ts";
import { readStatusReport, type StatusReport } from "./status-report.ts";

/** `homepot-edge status`: for the installer at the site; works while the gateway runs and when it does not. */
export function statusCommand(): Command {
  const command = new Command("status")
    .description("what works, what does not, what to do about it")
    .option("--new-code", "make another access code for the status page: whoever knew the old one is out")
    .option("--json", "print JSON");
  return withSettings(command, ["data", "mqttListen"]).action(status);
}

async function status({ json = false, newCode = false, ...rest }: Record<string, unknown>): Promise<void> {
  const { data, mqttListen } = settingsOf(rest);
  if (newCode === true && existsSync(databasePath(data))) makeAccessCode(data, secureRandom);
  const report = await readStatusReport(data, mqttListen);
  if (report === null) {
    process.stderr.write(
      `There is no gateway in ${data} yet.\nStart one with \`homepot-edge run\`, or name its directory with --data.\n`,
    );
    process.exitCode = 1;
  } else {
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : `${describeStatus(report).join("\n")}\n`);
  }
}

/** The report in lines for people. */
export function describeStatus(report: StatusReport): string[] {
  const { broker, waiting, devices, topics, rejected } = report;
  return [
    row(
      "gateway",
      `${report.running ? "running" : "not running"}, version ${report.version}, data in ${report.data}`,
    ),
    row("broker", `${broker.listen}, ${broker.reachable ? "takes connections" : "not reachable"}`),
    ...describePage(report),
    ...describeCloud(report),
    ...describeClock(report),
    row("waiting", `${waiting.urgent} urgent, ${waiting.bulk} telemetry`),
    row("devices", `${devices.count}, of them ${devices.online} online, ${devices.offline} offline`),
    ...topics.flatMap(({ device, ...grants }) =>
      describeTopics(grants).map((line, index) => row(index === 0 ? "topics" : "", `${device} may ${line}`)),
    ),
    row("rejected", `${rejected.total} messages`),
    ...rejected.newest.flatMap(({ at, topic, code, reason, sample }) => [
      row("", `${at}  ${topic}  ${code}: ${reason}`),
      row("", JSON.stringify(sample)),
    ]),
    ...(report.running ? [] : ["", "Start the gateway with `homepot-edge run`."]),
  ];
}

function describePage({ page }: StatusReport): string[] {
  if (page === null) return [];
  const code = page.code ?? "not for this account: use sudo";
  return [...page.addresses, `code ${code}`].map((line, index) => row(index === 0 ? "page" : "", line));
}

function describeClock({ clockSkewMs }: StatusReport): string[] {
  if (clockSkewMs === null) return [];
  const skew = describeSkew(clockSkewMs);
  if (skew === null) return [row("clock", "right, by the cloud's")];
  return [row("clock", `${skew}, by the cloud's`), row("", CLOCK_ADVICE)];
}

function describeCloud({ enrolment, uplink }: StatusReport): string[] {
  if (enrolment === null) {
    return [row("cloud", "not enrolled; use `homepot-edge enroll --cloud URL --claim CODE`")];
  }
  const lines = [
    row("site", `${enrolment.site} (${enrolment.organization})`),
    row("cloud", `${enrolment.cloud}, gateway ${enrolment.gatewayId}`),
  ];
  if (uplink === null) return lines;
  lines.push(row("line", `${uplink.state} since ${uplink.since}`));
  if (uplink.reason !== null) {
    lines.push(row("", `${uplink.reason.title}: ${uplink.reason.detail}`), row("", uplink.reason.hint));
  }
  return lines;
}

function row(name: string, text: string): string {
  // Some of it comes from devices and from the cloud, and nobody but us may steer the terminal.
  return `${name.padEnd(10)}  ${text.replaceAll(/\p{Cc}/gu, "\uFFFD")}`;
}
