import { Command } from "commander";
import { type ListenAddress, ownHost } from "../../protocol/settings/setting.ts";
import { createSupervision, type SupervisorEnvironment } from "../../protocol/supervision/supervision.ts";
import { secureRandom, systemClock } from "../clock/clock.ts";
import { type Launched, takeLaunched } from "../config/launcher.ts";
import { proxyFor } from "../config/proxy.ts";
import type { EdgeSettings } from "../config/settings.ts";
import { environmentForSuccessor, takeSupervisor } from "../config/supervisor.ts";
import { PLATFORM, SEQUENCE, VERSION } from "../config/version.ts";
import { createGateway } from "../gateway.ts";
import { openLog } from "../log/log.ts";
import { RecentLines } from "../log/recent-lines.ts";
import { toJobLine } from "../log/show-line.ts";
import { brokerAnswers, databaseTakesWrites, sendDatagram } from "../supervision/supervision.ts";
import { connectThrough, keepStatusFile } from "../uplink/uplink.ts";
import { exchangeClaim, readClaim } from "./claim.ts";
import { openDataDirectory } from "./data-directory.ts";
import { beOnlyGateway } from "./only-gateway.ts";
import { settingsOf, withSettings } from "./options.ts";

/** `homepot-edge run`: the gateway, until it is told to stop. Not enrolled it serves its site all the same. */
export function runCommand(): Command {
  const command = new Command("run").description("run the gateway: MQTT broker, store, line to the cloud");
  return withSettings(command, [
    "data",
    "cloudUrl",
    "mqttListen",
    "mqttTlsListen",
    "mqttWebsocketListen",
    "mqttWebsocketTlsListen",
    "mqttTlsCertificate",
    "mqttTlsKey",
    "mqttTlsNames",
    "mqttTlsClientCa",
    "mqttMaxPayloadBytes",
    "mqttMaxConnections",
    "mqttMaxConnectionsPerAddress",
    "mqttMaxConnectionsPerDevice",
    "mqttMaxConnectsPerSecond",
    "mqttMaxMessagesPerSecond",
    "mqttMaxInflight",
    "mqttMaxQueuedMessages",
    "mqttMaxUnreadBytes",
    "jobsMaxRunning",
    "jobsMaxRunningPerDevice",
    "jobsScriptsDirectory",
    "sealReadings",
    "sealAfterSeconds",
    "diskBudgetMib",
    "statusListen",
    "updatesKey",
    "updatesKibPerSecond",
    "serviceRestarts",
    "logLevel",
    "logFormat",
  ]).action(run);
}

/** Of the log, as many as somebody may ask for from afar. */
const RECENT_LINES = 1_000;

async function run(options: Record<string, unknown>): Promise<void> {
  const environment = takeSupervisor();
  const launched = takeLaunched();
  const ended = await runGateway(settingsOf(options), environment, launched);
  if (ended === "stopped" || launched === null) return;
  // The same process goes on as another program, so that systemd neither waits nor counts a restart.
  const { launcher } = launched;
  process.execve?.(launcher, [launcher, ...process.argv.slice(2)], environmentForSuccessor(environment));
}

async function runGateway(
  settings: EdgeSettings,
  environment: SupervisorEnvironment,
  launched: Launched | null,
): Promise<"stopped" | "hands over"> {
  const claim = readClaim(settings);
  const recent = new RecentLines(RECENT_LINES);
  const log = await openLog({ level: settings.logLevel, format: settings.logFormat, recent });
  using db = openDataDirectory(settings.data, (damage) =>
    log.error("the write-ahead log was damaged or cut off: its last commits are lost", { ...damage }),
  );
  using _only = beOnlyGateway(settings.data);
  let ended: "stopped" | "hands over" = "stopped";
  const gateway = await createGateway({
    settings,
    db,
    clock: systemClock,
    random: secureRandom,
    log,
    connect: connectThrough((url) => proxyFor(url, settings.cloudProxy)),
    version: VERSION,
    recentLog: (lines) => recent.last(lines).map(toJobLine),
    restart: environment.notifySocket !== undefined || settings.serviceRestarts === "yes" ? endThis : null,
    program: {
      running: { version: VERSION, sequence: SEQUENCE, program: process.execPath },
      launchedAs: launched?.as ?? null,
      platform: PLATFORM,
      handOver() {
        ended = "hands over";
        endThis();
      },
    },
  });
  const port = await gateway.start().catch(async (error: unknown) => {
    // What has begun already would keep the process, which cannot do its work, from ending.
    await gateway.stop();
    throw error;
  });
  const { host } = settings.mqttListen;
  log.info("taking MQTT connections", { host, port, data: settings.data, version: VERSION });
  using _status = keepStatusFile({
    dataDirectory: settings.data,
    mqttListen: `${host}:${port}`,
    uplink: gateway.uplink,
    statusPage: describeAddress(gateway.statusPage.address()),
    startedMs: systemClock.nowMs(),
    log,
  });

  const signs = [
    brokerAnswers(() => ({ hostname: ownHost(host), port }), systemClock),
    databaseTakesWrites(db),
  ];
  using _exchange = claim === null ? null : exchangeClaim(claim, settings, log);
  const supervision = createSupervision({
    ...{ clock: systemClock, log, environment, send: sendDatagram, signs },
    describe: () => `${gateway.broker.connections} MQTT connections, cloud ${gateway.uplink.status().state}`,
  });
  supervision.ready();
  gateway.updates.watch(signs);

  const reload = (): void => void gateway.reload();
  process.on("SIGHUP", reload);
  await stopSignal();
  process.off("SIGHUP", reload);
  if (ended === "stopped") {
    log.info("stopping");
    supervision.stopping();
  } else {
    log.info("handing over to another version");
    supervision.handingOver("starting another version");
  }
  await gateway.stop();
  return ended;
}

/** Stops it as systemd does. */
function endThis(): void {
  process.kill(process.pid, "SIGTERM");
}

function describeAddress(address: ListenAddress | null): string | null {
  return address === null ? null : `${address.host}:${address.port}`;
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGTERM", resolve);
    process.once("SIGINT", resolve);
  });
}
