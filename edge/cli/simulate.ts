import { Command } from "commander";
import { RefusalError, type Result, refuse } from "../../protocol/errors.ts";
import type { Scenario } from "../../protocol/simulation/scenario.ts";
import { SECOND } from "../../protocol/units.ts";
import { secureRandom, systemClock } from "../clock/clock.ts";
import type { EdgeSettings } from "../config/settings.ts";
import { createDevices } from "../devices/devices.ts";
import { openLog } from "../log/log.ts";
import {
  createSimulator,
  describeProgress,
  keysOf,
  localBroker,
  type Progress,
  parseBrokerUrl,
  provideCredentials,
  readCredentials,
  readScenario,
} from "../simulator/simulator.ts";
import { createUplog } from "../uplog/uplog.ts";
import { openDataDirectory } from "./data-directory.ts";
import { settingsOf, withSettings } from "./options.ts";

/** `homepot-edge simulate`: simulated devices against this gateway or any broker. */
export function simulateCommand(): Command {
  const command = new Command("simulate")
    .description("run simulated devices from a scenario")
    .requiredOption("--scenario <file>", "TOML file: which devices, how many, what their days are like")
    .option("--mqtt <url>", "the broker, such as mqtt://192.0.2.7:1883; this gateway's own when absent")
    .option("--credentials <file>", "JSON file of passwords by device, for a broker that is not this gateway")
    .option("--duration <seconds>", "stop after so long; runs until it is stopped when absent")
    .option("--speed <factor>", "how fast the devices' days pass: with 60 an hour lasts a minute", "1");
  return withSettings(command, ["data", "mqttListen", "logLevel", "logFormat"]).action(simulate);
}

const SPEED = { least: 0.01, most: 10_000 };
/** As long as a year: what is longer was meant as something else. */
const DURATION_SECONDS = { least: 0.001, most: 366 * 86_400 };
const REPORT_EVERY_MS = { terminal: 1 * SECOND, elsewhere: 10 * SECOND };

async function simulate(options: Record<string, unknown>): Promise<void> {
  const { scenario: path, mqtt, credentials, duration, speed, ...rest } = options;
  const settings = settingsOf(rest);
  const scenario = orThrow(readScenario(String(path)));
  const seconds = duration === undefined ? null : number("--duration", duration, DURATION_SECONDS);
  const broker =
    mqtt === undefined ? localBroker(settings.mqttListen) : orThrow(parseBrokerUrl(String(mqtt)));
  const simulator = createSimulator({
    scenario,
    broker,
    speed: number("--speed", speed, SPEED),
    passwords:
      credentials === undefined
        ? register(settings, scenario)
        : orThrow(readCredentials(String(credentials), keysOf(scenario))),
    clock: systemClock,
    log: await openLog({ level: settings.logLevel, format: settings.logFormat }),
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
  return orThrow(provideCredentials(settings.data, keysOf(scenario), devices));
}

/** On a terminal one line that changes, elsewhere a line now and then. */
function report(progress: Readonly<Progress>): () => void {
  const live = process.stderr.isTTY === true;
  let lastMs = systemClock.monotonicMs();
  let lastPublished = 0;
  const tell = (end: string): void => {
    const nowMs = systemClock.monotonicMs();
    const perSecond = ((progress.published - lastPublished) * SECOND) / Math.max(1, nowMs - lastMs);
    lastMs = nowMs;
    lastPublished = progress.published;
    process.stderr.write(`${live ? "\r\u001b[K" : ""}${describeProgress(progress, perSecond)}${end}`);
  };
  const timer = setInterval(
    () => tell(live ? "" : "\n"),
    live ? REPORT_EVERY_MS.terminal : REPORT_EVERY_MS.elsewhere,
  );
  return () => {
    clearInterval(timer);
    tell("\n");
  };
}

function stopSignal(seconds: number | null): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  process.once("SIGTERM", resolve);
  process.once("SIGINT", resolve);
  const cancel = seconds === null ? () => undefined : systemClock.after(seconds * SECOND, resolve);
  return promise.finally(() => {
    cancel();
    // A second Ctrl+C ends a simulation whose devices take long to say goodbye.
    process.removeListener("SIGTERM", resolve);
    process.removeListener("SIGINT", resolve);
  });
}

function number(option: string, input: unknown, range: { least: number; most: number }): number {
  const value = Number(input);
  if (value >= range.least && value <= range.most) return value;
  const detail = `${option}: must be a number from ${range.least} to ${range.most}, not ${JSON.stringify(input)}`;
  throw new RefusalError(refuse("config.invalid", detail).refusal);
}

function orThrow<T>(result: Result<T>): T {
  if (!result.ok) throw new RefusalError(result.refusal);
  return result.value;
}
