import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../protocol/clock.ts";
import { keyOf, keysOf, type Scenario } from "../../protocol/simulation/scenario.ts";
import { MINUTE, SECOND } from "../../protocol/units.ts";
import type { BrokerAddress } from "./broker-address.ts";
import { Device } from "./device.ts";
import { DeviceLine } from "./device-line.ts";
import { forgetfulMemories, type Memories } from "./device-memory.ts";
import { DeviceRun } from "./device-run.ts";
import type { TimedFault } from "./faults.ts";
import type { Download } from "./labour.ts";
import { type LiveFault, RunFaults } from "./live-faults.ts";
import { PROFILES } from "./profiles.ts";
import type { Progress } from "./progress.ts";
import { RunClock } from "./run-clock.ts";
import { randomOf } from "./seed.ts";
import { createSurroundings } from "./surroundings.ts";

export { type BrokerAddress, localBroker, parseBrokerUrl } from "./broker-address.ts";
export { provideCredentials, readCredentials } from "./credentials.ts";
export type { DeviceMemory, Memories } from "./device-memory.ts";
export { httpDownload } from "./download.ts";
export type { LiveFault } from "./live-faults.ts";
export { describeProgress, type Progress } from "./progress.ts";
export { readScenario } from "./read-scenario.ts";
export { keysOf };

/**
 * Simulated devices as real MQTT clients, each with its own connection and credentials, against any broker.
 *
 * Promises: at the same time of a run the same seed has each device measure the same, however busy the machine is; every device says that
 * it is simulated, and says goodbye when the simulation is stopped; a broker that goes away is connected to again when it is back; a fault
 * lasts as long as its cause. It never reaches into the gateway it talks to, but for the credentials it asks it for.
 */
export interface Simulator {
  /** Connects every device and begins to measure. */
  start(): void;
  /** Every device says that it goes offline, and goes. */
  stop(): Promise<void>;
  /** These faults from now on, beside those of the scenario that are not among the cleared. */
  setFaults(live: readonly LiveFault[], cleared: readonly string[]): void;
  /** The faults that count now, of the scenario and injected. */
  activeFaults(): readonly TimedFault[];
  readonly progress: Readonly<Progress>;
  /** When the run began, ms since 1970: what a reading's time is later is the time of the run. */
  readonly beganMs: number;
}

export interface SimulatorParts {
  scenario: Scenario;
  broker: BrokerAddress;
  /** Password of each device by key: all of them, see {@link keysOf}. */
  passwords: ReadonlyMap<string, string>;
  /** One user for all of them, at a broker that does not know them apart. Absent: each is its own. */
  user?: string;
  /** How fast the devices' days, and the scenario, pass: 60 makes an hour of theirs last a minute. Absent means 1. */
  speed?: number;
  /** What time it is for the devices when the scenario begins, ms since 1970. Absent: what the clock says then. */
  beginMs?: number;
  /** When the scenario began, ms since 1970. Absent means that it begins with the start. */
  startedMs?: number;
  /** What the devices keep when they are started again. Absent means for as long as this runs. */
  memories?: Memories;
  download: Download;
  clock: Clock;
  log: Logger;
}

/** Devices measure, and connect again, within so long after one another: not all at the same moment. */
const SPREAD_MS = 1 * SECOND;
/** How exactly faults begin and end. */
const LOOK_MS = 250;
/** How often is written down how far the devices are; of more they measure again what they had measured. */
const REMEMBER_MS = 10 * MINUTE;

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
          intervalMs: Math.round(group["interval-seconds"] * SECOND),
          config: group.config,
        }),
    ),
  );
}

/** How long after the start a device measures first, ms. */
export function offsetOf(scenario: Scenario, key: string): number {
  return Math.floor(randomOf(scenario.seed, key, "offset").next() * SPREAD_MS);
}

/** From 0 to 1: where in a fault's round the device is. */
export function faultPhaseOf(scenario: Scenario, key: string): number {
  return randomOf(scenario.seed, key, "faults").next();
}

export function createSimulator(parts: SimulatorParts): Simulator {
  const { scenario, passwords, clock, memories = forgetfulMemories() } = parts;
  const runs = devicesOf(scenario);
  const progress: Progress = { devices: runs.length, connected: 0, published: 0, trouble: null };
  let runClock = new RunClock(parts);
  const faults = new RunFaults(scenario.fault, (wallMs) => runClock.scenarioMsAt(wallMs));
  let devices: { device: Device; line: DeviceLine }[] = [];
  let cancelLook = (): void => undefined;
  let rememberedMs = 0;

  const scenarioMs = (): number => runClock.scenarioMs(runClock.nowMs());
  const remember = (): void => {
    rememberedMs = clock.monotonicMs();
    memories.write(new Map(devices.map(({ device }) => [device.key, device.memory])));
  };
  const look = (): void => {
    runClock.follow();
    for (const { device } of devices) device.look();
    if (clock.monotonicMs() - rememberedMs >= REMEMBER_MS) remember();
    cancelLook = clock.after(LOOK_MS, look);
  };
  return {
    progress,
    get beganMs() {
      return runClock.wallMs(0);
    },
    activeFaults: () => faults.active(scenarioMs()),
    setFaults(live, cleared) {
      for (const { device } of devices) device.enter();
      faults.set(live, cleared);
    },
    start() {
      runClock = new RunClock(parts);
      rememberedMs = clock.monotonicMs();
      devices = runs.map((run) => {
        const { key } = run;
        const offsetMs = offsetOf(scenario, key);
        const line = new DeviceLine({
          ...parts,
          key,
          password: passwords.get(key) ?? "",
          offsetMs,
          progress,
        });
        const device = new Device({
          ...parts,
          run,
          outlet: line,
          faults: (atMs) => faults.of(key, atMs),
          faultPhase: faultPhaseOf(scenario, key),
          offsetMs,
          memories,
          runClock,
        });
        line.attach(device);
        return { device, line };
      });
      for (const { device } of devices) device.start();
      cancelLook = clock.after(LOOK_MS, look);
    },
    async stop() {
      cancelLook();
      for (const { device } of devices) device.stop();
      if (devices.length > 0) remember();
      await Promise.all(devices.map(({ line }) => line.end()));
    },
  };
}
