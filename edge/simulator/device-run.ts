import type { ConfigValues, DeviceConfig } from "../../protocol/config/device-config.ts";
import type { Attributes } from "../../protocol/devices/attributes.ts";
import type { Random } from "../../protocol/random.ts";
import type { Value } from "../../protocol/telemetry/reading.ts";
import { SECOND } from "../../protocol/units.ts";
import type { DeviceMemory } from "./device-memory.ts";
import type { Profile } from "./profile.ts";
import { randomOf } from "./seed.ts";
import { numberSetting, refusedBy } from "./setting.ts";
import type { Surroundings } from "./surroundings.ts";

export interface DeviceRunOptions {
  key: string;
  name: string;
  seed: number;
  profile: Profile;
  surroundings: Surroundings;
  intervalMs: number;
  /** What it is set to before anybody configures it. */
  config: ConfigValues;
}

const SERIAL_DIGITS = 8;
/** Every device takes it: the time between two readings. */
const INTERVAL = { intervalSeconds: numberSetting(0.1, 86_400, "s") };

/**
 * One simulated device: its profile's state, moved on from step to step. What it throws dice for is given by the seed, its key and the
 * scenario's time alone: every step, every command and every configuration has dice of its own.
 */
export class DeviceRun {
  readonly key: string;
  readonly profile: Profile;
  readonly #options: DeviceRunOptions;
  readonly #attributes: Attributes;
  readonly #times = new Map<string, number>();
  #config: ConfigValues;
  #memory: DeviceMemory = {};
  #state: unknown = null;
  /** The scenario's time of the last step, ms. */
  #lastMs: number | null = null;

  constructor(options: DeviceRunOptions) {
    const { key, name, seed, profile, config } = options;
    this.key = key;
    this.profile = profile;
    this.#options = options;
    this.#config = config;
    const number = Math.floor(randomOf(seed, key, "serial").next() * 10 ** SERIAL_DIGITS);
    const serial = String(number).padStart(SERIAL_DIGITS, "0");
    this.#attributes = { ...profile.attributes(serial), name, simulated: true };
  }

  /** What it says of itself. */
  get attributes(): Attributes {
    const { firmware, paymentConfig } = this.#memory;
    return {
      ...this.#attributes,
      ...(firmware === undefined ? {} : { firmware }),
      ...(paymentConfig === undefined ? {} : { paymentConfig }),
    };
  }

  get firmware(): string {
    return this.#memory.firmware ?? String(this.#attributes.firmware);
  }

  get factoryFirmware(): string {
    return String(this.#attributes.firmware);
  }

  /** The configuration it was given last, and runs with; version 0 is the factory's. */
  get config(): DeviceConfig {
    return this.#memory.config ?? { version: 0, config: {} };
  }

  get memory(): DeviceMemory {
    return this.#memory;
  }

  /** As if it had all this already; for a device that is started again. */
  set memory(memory: DeviceMemory) {
    this.#memory = memory;
    this.#config = { ...this.#options.config, ...memory.config?.config };
  }

  /** Time to the next step, whole ms. A configuration may set it with `intervalSeconds`. */
  get intervalMs(): number {
    const { intervalSeconds } = this.#config;
    return typeof intervalSeconds === "number" && INTERVAL.intervalSeconds(intervalSeconds) === null
      ? Math.round(intervalSeconds * SECOND)
      : this.#options.intervalMs;
  }

  /** What its profile has; null before the first step. */
  get state(): unknown {
    return this.#state;
  }

  /** Goes on with what it had at a time of the scenario; with what another version of the profile had it does not. */
  resume(state: unknown, scenarioMs: number): void {
    const fresh = this.#begin(scenarioMs);
    const keys = (of: unknown) => Object.keys(of ?? {}).sort();
    if (!Bun.deepEquals(keys(state), keys(fresh))) return;
    this.#state = state;
    this.#lastMs = scenarioMs;
  }

  /** Dice for something that is done at the device, another each time. */
  diceFor(deed: string): Random {
    const time = this.#times.get(deed) ?? 0;
    this.#times.set(deed, time + 1);
    return this.diceAt(deed, time);
  }

  /** Dice for what happens at a time of the scenario, ms; the same whenever they are asked for. */
  diceAt(purpose: string, scenarioMs: number): Random {
    return randomOf(this.#options.seed, this.key, `${purpose} ${scenarioMs}`);
  }

  /** Moves the device on to a time of its day, and of the scenario, and gives what it measures then. */
  step(atMs: number, scenarioMs = atMs): Record<string, Value> {
    const { profile, surroundings } = this.#options;
    this.#state ??= this.#begin(atMs);
    const { state, values } = profile.step(this.#state, {
      atMs,
      // A scenario that was set back makes no time pass.
      elapsedMs: this.#lastMs === null ? 0 : Math.max(0, scenarioMs - this.#lastMs),
      random: this.diceAt("signal", scenarioMs),
      surroundings,
      config: this.#config,
    });
    this.#state = state;
    this.#lastMs = scenarioMs;
    return values;
  }

  #begin(atMs: number): unknown {
    const { profile, surroundings, seed } = this.#options;
    const random = randomOf(seed, this.key, "begin");
    return profile.begin({ atMs, elapsedMs: 0, random, surroundings, config: this.#config });
  }

  /** What is wrong with a configuration, naming each field; null when the device can run with it. */
  refusedConfig(config: ConfigValues): string | null {
    return refusedBy({ ...INTERVAL, ...this.profile.settings }, config);
  }

  /** Runs with a configuration from now on. */
  apply(config: DeviceConfig): void {
    this.memory = { ...this.#memory, config };
  }
}
