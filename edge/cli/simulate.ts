import { Command } from "commander";
import { RefusalError, refuse } from "../../protocol/errors.ts";
import type { Scenario } from "../../protocol/simulation/scenario.ts";
import { SECOND } from "../../protocol/units.ts";
import { secureRandom, systemClock } from "../clock/clock.ts";
import type { EdgeSettings } from "../config/settings.ts";
import { createDevices } from "../devices/devices.ts";
import { openLog } from "../log/log.ts";
import { provideCredentials, readCredentials } from "../simulator/credentials.ts";
import { readScenario } from "../simulator/read-scenario.ts";
import { createSimulator, devicesOf, type Progress } from "../simulator/simulator.ts";
import { createUplog } from "../uplog/uplog.ts";
import { openDataDirectory } from "./data-directory.ts";
import { settingsOf, withSettings } from "./options.ts";

/** `homepot-edge simulate`: simulated devices against this gateway or any broker. */
export function simulateCommand(): Command {
  const command = new Command("simulate")
    .description("run simulated devices from a scenario")
    .requiredOption("--scenario <file>", "TOML file: which devices, how many, what their days are like")
    .option("--mqtt <url>", "the broker; this gateway's own when absent")
    .option("--credentials <file>", "JSON file of passwords by device, for a broker that is not this gateway")
    .option("--duration <seconds>", "stop after so long; runs until it is stopped when absent");
  return withSettings(command, ["data", "mqttListen", "logLevel", "logFormat"]).action(simulate);
}

const REPORT_EVERY_MS = 10 * SECOND;

async function simulate(options: Record<string, unknown>): Promise<void> {
  const { scenario: path, mqtt, credentials, duration, ...rest } = options;
  const settings = settingsOf(rest);
  const scenario = readScenario(String(path));
  if (!scenario.ok) throw new RefusalError(scenario.refusal);
  const seconds = duration === undefined ? null : Number(duration);
  if (seconds !== null && !(seconds > 0)) {
    throw new RefusalError(refuse("config.invalid", "--duration: must be a number of seconds").refusal);
  }
  const log = await openLog({ level: settings.logLevel, format: settings.logFormat });
  const passwords =
    credentials === undefined ? register(settings, scenario.value) : readCredentials(String(credentials));
  const { host, port } = settings.mqttListen;
  const brokerUrl =
    mqtt === undefined ? `mqtt://${host === "0.0.0.0" ? "127.0.0.1" : host}:${port}` : String(mqtt);
  const simulator = createSimulator({
    scenario: scenario.value,
    brokerUrl,
    passwords,
    clock: systemClock,
    log,
  });
  simulator.start();
  const stopReporting = report(simulator.progress);
  await stopSignal(seconds);
  stopReporting();
  await simulator.stop();
}

/** Gives the scenario's devices credentials at this gateway, or finds those they were given. */
function register(settings: EdgeSettings, scenario: Scenario): Map<string, string> {
  using db = openDataDirectory(settings.data);
  const devices = createDevices({ db, uplog: createUplog(db), clock: systemClock, random: secureRandom });
  const keys = devicesOf(scenario).map((run) => run.key);
  const provided = provideCredentials(settings.data, keys, devices);
  if (!provided.ok) throw new RefusalError(provided.refusal);
  return provided.value;
}

/** On a terminal one line that changes, elsewhere a line now and then. */
function report(progress: Progress): () => void {
  const line = (): string =>
    `${progress.connected} of ${progress.devices} devices connected, ${progress.published} messages acknowledged`;
  const live = process.stderr.isTTY === true;
  const timer = setInterval(
    () => process.stderr.write(live ? `\r\u001b[K${line()}` : `${line()}\n`),
    live ? SECOND : REPORT_EVERY_MS,
  );
  return () => {
    clearInterval(timer);
    process.stderr.write(`${live ? "\r\u001b[K" : ""}${line()}\n`);
  };
}

function stopSignal(seconds: number | null): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGTERM", resolve);
    process.once("SIGINT", resolve);
    if (seconds !== null) setTimeout(resolve, seconds * SECOND);
  });
}
