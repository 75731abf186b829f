import { Command } from "commander";
import { MIB } from "../../protocol/units.ts";
import { systemClock } from "../clock/clock.ts";
import { proxyFor } from "../config/proxy.ts";
import type { EdgeSettings } from "../config/settings.ts";
import {
  examineDatabase,
  examineDisk,
  examineFreePorts,
  examineLogin,
  examinePermissions,
  examineTime,
  examineWay,
  type Finding,
  isSynchronised,
  type Login,
  problem,
  type WantedPort,
} from "../diagnosis/diagnosis.ts";
import { openDataDirectory } from "./data-directory.ts";
import { examineCloud, examineGateway, examineRejected } from "./doctor-findings.ts";
import { settingsOf, withSettings } from "./options.ts";
import { readStatusReport, type StatusReport } from "./status-report.ts";

/** `homepot-edge doctor`: examines everything a gateway needs and says what to do. Ends with 1 when something does not work. */
export function doctorCommand(): Command {
  const command = new Command("doctor")
    .description("examine everything and say what to do about what does not work")
    .option("--device <id>", "try the log-in of this device too; its password comes on standard input")
    .option("--json", "print JSON");
  return withSettings(command, [
    ...(["data", "cloudUrl", "diskBudgetMib"] as const),
    ...(["mqttListen", "mqttTlsListen", "mqttWebsocketListen", "mqttWebsocketTlsListen"] as const),
    "statusListen",
  ]).action(doctor);
}

const MARKS = { ok: "ok", warning: "warning", problem: "PROBLEM" } as const;

async function doctor({ json = false, device, ...rest }: Record<string, unknown>): Promise<void> {
  const login =
    typeof device === "string" ? { username: device, password: (await Bun.stdin.text()).trim() } : null;
  const findings = await examine(settingsOf(rest), login);
  if (json) process.stdout.write(`${JSON.stringify(findings)}\n`);
  else for (const finding of findings) process.stdout.write(describeFinding(finding));
  if (findings.some(({ level }) => level === "problem")) process.exitCode = 1;
}

/** Everything, in the order in which somebody would mend it. */
export async function examine(settings: EdgeSettings, login: Login | null = null): Promise<Finding[]> {
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
    return [
      problem("gateway", `there is no gateway in ${data} yet`, advice),
      ...(await examineFreePorts(wantedPorts(settings))),
    ];
  }
  using db = openDataDirectory(data);
  return [
    examineGateway(report),
    ...(report.running ? [] : await examineFreePorts(wantedPorts(settings))),
    ...(report.running && report.broker.reachable ? [await examineLogin(listenOf(report), login)] : []),
    examineDisk(data),
    examinePermissions(data),
    ...examineDatabase(db, data, settings.diskBudgetMib * MIB),
    ...(await examineLine(report, settings)),
    examineRejected(report),
  ];
}

/** The line, the way it takes, and the clock that is compared at its other end. */
async function examineLine(report: StatusReport, settings: EdgeSettings): Promise<Finding[]> {
  const cloud = examineCloud(report);
  const cloudUrl = settings.cloudUrl ?? report.enrolment?.cloud ?? null;
  const synchronised = isSynchronised();
  if (cloudUrl === null) return [cloud, examineTime({ skewMs: report.clockSkewMs, synchronised })];
  const proxy = proxyFor(cloudUrl, settings.cloudProxy);
  const { findings, cloudMs } = await examineWay({ cloudUrl, proxy, nowMs: systemClock.nowMs() });
  const skewMs = report.clockSkewMs ?? (cloudMs === null ? null : systemClock.nowMs() - cloudMs);
  return [cloud, ...findings, examineTime({ skewMs, synchronised })];
}

function wantedPorts(settings: EdgeSettings): WantedPort[] {
  const all = [
    { use: "MQTT", setting: "mqtt.listen", listen: settings.mqttListen },
    { use: "MQTT over TLS", setting: "mqtt.tls-listen", listen: settings.mqttTlsListen },
    { use: "MQTT over WebSocket", setting: "mqtt.websocket-listen", listen: settings.mqttWebsocketListen },
    {
      use: "MQTT over WebSocket and TLS",
      setting: "mqtt.websocket-tls-listen",
      listen: settings.mqttWebsocketTlsListen,
    },
    { use: "the status page", setting: "status.listen", listen: settings.statusListen },
  ];
  return all.flatMap(({ listen, ...port }) => (listen === null ? [] : [{ ...port, listen }]));
}

/** Where the broker of a running gateway really listens. */
function listenOf({ broker }: StatusReport): { host: string; port: number } {
  const colon = broker.listen.lastIndexOf(":");
  return {
    host: broker.listen.slice(0, colon).replace(/^\[|\]$/g, ""),
    port: Number(broker.listen.slice(colon + 1)),
  };
}

function unreadable(error: unknown, disk: Finding): Finding {
  const says = `cannot be opened: ${error instanceof Error ? error.message : String(error)}`;
  const advice =
    disk.level === "problem"
      ? "Mend the disk first; the database may well be whole."
      : "Stop the gateway and keep a copy of the data directory. Then see dmesg for what the disk reports.";
  return problem("database", says, advice);
}

/** A finding in lines for people. */
export function describeFinding({ subject, level, says, advice }: Finding): string {
  // Some of it comes from devices and from the cloud, and nobody but us may steer the terminal.
  const plain = (text: string): string => text.replaceAll(/\p{Cc}/gu, "\uFFFD");
  const line = `${MARKS[level].padEnd(8)} ${subject.padEnd(11)} ${plain(says)}\n`;
  return advice === null ? line : `${line}${" ".repeat(21)}→ ${plain(advice)}\n`;
}
