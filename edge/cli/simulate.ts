import { readFileSync } from "node:fs";
import { Command } from "commander";
import { timestampSchema } from "../../protocol/api/list.ts";
import { accept, RefusalError, type Result, refuse } from "../../protocol/errors.ts";
import { SCENARIO_NAMES } from "../../protocol/simulation/built-in.ts";
import type { Scenario } from "../../protocol/simulation/scenario.ts";
import { SECOND } from "../../protocol/units.ts";
import { check } from "../../protocol/validate.ts";
import { secureRandom, systemClock } from "../clock/clock.ts";
import type { EdgeSettings } from "../config/settings.ts";
import { createDevices } from "../devices/devices.ts";
import { openLog } from "../log/log.ts";
import {
  createSimulator,
  describeProgress,
  httpDownload,
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
    .requiredOption(
      "--scenario <file>",
      `TOML file: which devices, how many, what happens when; or one of ${SCENARIO_NAMES.join(", ")}`,
    )
    .option("--broker <url>", "the broker, such as mqtt://192.0.2.7:1883; this gateway's own when absent")
    .option("--credentials <file>", "JSON file of passwords by device, for a broker that is not this gateway")
    .option("--user <name>", "one user for all devices, for a broker that is not this gateway")
    .option("--password-file <file>", "file with that user's password")
    .option("--duration <seconds>", "stop after so long; runs until it is stopped when absent")
    .option(
      "--begin <time>",
      "what time it is for the devices at the start, such as 2026-06-01T08:00:00Z; with it the same seed gives the same run",
    )
    .option("--speed <factor>", "how fast the devices' days pass: with 60 an hour lasts a minute", "1");
  return withSettings(command, ["data", "mqttListen", "logLevel", "logFormat"]).action(simulate);
}

const SPEED = { least: 0.01, most: 10_000 };
/** As long as a year: what is longer was meant as something else. */
const DURATION_SECONDS = { least: 0.001, most: 366 * 86_400 };
const REPORT_EVERY_MS = { terminal: 1 * SECOND, elsewhere: 10 * SECOND };

async function simulate(options: Record<string, unknown>): Promise<void> {
  const {
    scenario: path,
    broker: url,
    credentials,
    user,
    passwordFile,
    duration,
    begin,
    speed,
    ...rest
  } = options;
  const settings = settingsOf(rest);
  const scenario = orThrow(readScenario(String(path)));
  const logIn = orThrow(sharedLogIn({ user, passwordFile, credentials, url }));
  const seconds = duration === undefined ? null : number("--duration", duration, DURATION_SECONDS);
  const beginMs = begin === undefined ? null : orThrow(readBegin(String(begin)));
  const broker = url === undefined ? localBroker(settings.mqttListen) : orThrow(parseBrokerUrl(String(url)));
  const simulator = createSimulator({
    scenario,
    broker,
    speed: number("--speed", speed, SPEED),
    ...(beginMs === null ? {} : { beginMs }),
    ...(logIn === null ? {} : { user: logIn.user }),
    passwords:
      logIn !== null
        ? new Map(keysOf(scenario).map((key) => [key, logIn.password]))
        : credentials === undefined
          ? register(settings, scenario)
          : orThrow(readCredentials(String(credentials), keysOf(scenario))),
    download: httpDownload(fetch),
    clock: systemClock,
    log: await openLog({ level: settings.logLevel, format: settings.logFormat }),
  });
  simulator.start();
  process.stderr.write(
    `${scenario.name}, seed ${scenario.seed}: began at ${new Date(simulator.beganMs).toISOString()}\n`,
  );
  const stopReporting = report(simulator.progress);
  await stopSignal(seconds);
  stopReporting();
  await simulator.stop();
}

/** The one user of a broker that does not know devices apart; null when every device has its own password. */
function sharedLogIn(options: {
  user: unknown;
  passwordFile: unknown;
  credentials: unknown;
  url: unknown;
}): Result<{ user: string; password: string } | null> {
  const { user, passwordFile, credentials, url } = options;
  if (user === undefined && passwordFile === undefined) return accept(null);
  if (user === undefined || passwordFile === undefined)
    return refuse("config.invalid", "--user and --password-file belong together");
  if (url === undefined)
    return refuse("config.invalid", "--user: this gateway's devices have passwords of their own");
  if (credentials !== undefined)
    return refuse("config.invalid", "--user and --credentials exclude each other");
  return readPassword(String(passwordFile), String(user));
}

function readBegin(text: string): Result<number> {
  const begin = check(timestampSchema, text);
  return begin.ok
    ? accept(Date.parse(begin.value))
    : refuse("config.invalid", "--begin: must be a time such as 2026-06-01T08:00:00Z");
}

function readPassword(path: string, user: string): Result<{ user: string; password: string }> {
  try {
    return accept({ user, password: readFileSync(path, "utf8").replace(/\r?\n$/, "") });
  } catch (error) {
    return refuse("config.invalid", `${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
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
