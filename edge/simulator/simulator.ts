import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../protocol/clock.ts";
import type { Scenario } from "../../protocol/simulation/scenario.ts";
import { SECOND } from "../../protocol/units.ts";
import type { BrokerAddress } from "./broker-address.ts";
import { DeviceLine } from "./device-line.ts";
import { DeviceRun } from "./device-run.ts";
import { PROFILES } from "./profiles.ts";
import type { Progress } from "./progress.ts";
import { randomOf } from "./seed.ts";
import { createSurroundings } from "./surroundings.ts";

export { type BrokerAddress, localBroker, parseBrokerUrl } from "./broker-address.ts";
export { provideCredentials, readCredentials } from "./credentials.ts";
export { describeProgress, type Progress } from "./progress.ts";
export { readScenario } from "./read-scenario.ts";

/**
 * Simulated devices as real MQTT clients, each with its own connection and credentials, against any broker.
 *
 * Promises: with the same seed and clock each device measures the same; every device says that it is simulated, and
 * says goodbye when the simulation is stopped; a broker that goes away is connected to again when it is back. It
 * never reaches into the gateway it talks to, but for the credentials it asks it for.
 */
export interface Simulator {
  /** Connects every device and begins to measure. */
  start(): void;
  /** Every device says that it goes offline, and goes. */
  stop(): Promise<void>;
  readonly progress: Readonly<Progress>;
}

export interface SimulatorParts {
  scenario: Scenario;
  broker: BrokerAddress;
  /** Password of each device by key: all of them, see {@link keysOf}. */
  passwords: ReadonlyMap<string, string>;
  /** How fast the devices' days pass: 60 makes an hour of theirs last a minute. Absent means 1. */
  speed?: number;
  clock: Clock;
  log: Logger;
}

/** Devices measure, and connect again, within so long after one another: not all at the same moment. */
const SPREAD_MS = 1 * SECOND;

/** The keys of a scenario's devices, in its order. */
export function keysOf(scenario: Scenario): string[] {
  return scenario.devices.flatMap((group) => group.names.map((_, index) => keyOf(group, index)));
}

/** The devices of a scenario, in its order, ready to be run. */
export function devicesOf(scenario: Scenario): DeviceRun[] {
  const surroundings = createSurroundings(scenario);
  return scenario.devices.flatMap((group) =>
    group.names.map(
      (name, index) =>
        new DeviceRun({
          key: keyOf(group, index),
          name,
          seed: scenario.seed,
          profile: PROFILES[group.profile],
          surroundings,
          intervalMs: group["interval-seconds"] * SECOND,
          config: group.config,
        }),
    ),
  );
}

function keyOf(group: Scenario["devices"][number], index: number): string {
  return `${group["key-prefix"]}-${index + 1}`;
}

export function createSimulator({ scenario, speed = 1, passwords, ...parts }: SimulatorParts): Simulator {
  const runs = devicesOf(scenario);
  const progress: Progress = { devices: runs.length, connected: 0, published: 0, trouble: null };
  let lines: DeviceLine[] = [];
  return {
    progress,
    start() {
      const startedMs = parts.clock.nowMs();
      const modelMs = (nowMs: number): number => startedMs + (nowMs - startedMs) * speed;
      lines = runs.map((run) => {
        const offsetMs = Math.floor(randomOf(scenario.seed, run.key, "offset").next() * SPREAD_MS);
        const password = passwords.get(run.key) ?? "";
        return new DeviceLine({ ...parts, run, password, modelMs, offsetMs, progress });
      });
      for (const line of lines) line.start();
    },
    async stop() {
      await Promise.all(lines.map((line) => line.stop()));
    },
  };
}
