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

/** One simulated device: its profile's state, moved on from step to step. Repeats with its seed and its clock. */
export class DeviceRun {
  readonly key: string;
  readonly profile: Profile;
  /** Dice for how long things take it: apart from the signal, because when it is asked is not the scenario's to say. */
  readonly delays: Random;
  readonly #options: DeviceRunOptions;
  readonly #attributes: Attributes;
  readonly #signal: Random;
  #config: ConfigValues;
  #memory: DeviceMemory = {};
  #state: unknown = null;
  #lastMs: number | null = null;

  constructor(options: DeviceRunOptions) {
    const { key, name, seed, profile, config } = options;
    this.key = key;
    this.profile = profile;
    this.#options = options;
    this.#signal = randomOf(seed, key, "signal");
    this.delays = randomOf(seed, key, "delays");
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

  /** Time to the next step, ms. A configuration may set it with `intervalSeconds`. */
  get intervalMs(): number {
    const { intervalSeconds } = this.#config;
    return typeof intervalSeconds === "number" && INTERVAL.intervalSeconds(intervalSeconds) === null
      ? intervalSeconds * SECOND
      : this.#options.intervalMs;
  }

  /** Moves the device on to a time, and gives what it measures then. */
  step(atMs: number): Record<string, Value> {
    const { profile, surroundings } = this.#options;
    const moment = {
      atMs,
      // A clock that was set back makes no time pass.
      elapsedMs: this.#lastMs === null ? 0 : Math.max(0, atMs - this.#lastMs),
      random: this.#signal,
      surroundings,
      config: this.#config,
    };
    this.#state ??= profile.begin(moment);
    const { state, values } = profile.step(this.#state, moment);
    this.#state = state;
    this.#lastMs = atMs;
    return values;
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
