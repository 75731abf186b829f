import type { ConfigValues, DeviceConfig } from "../../protocol/config/device-config.ts";
import type { Attributes } from "../../protocol/devices/attributes.ts";
import type { Random } from "../../protocol/random.ts";
import type { Value } from "../../protocol/telemetry/reading.ts";
import { SECOND } from "../../protocol/units.ts";
import type { Profile } from "./profile.ts";
import { randomOf } from "./seed.ts";
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
/** Shorter than this no device measures, whatever it is configured to. */
const INTERVAL_MIN_MS = 100;
/** Putting a configuration to work takes a device between so long and so long. */
const APPLY_MS = { least: 300, most: 2 * SECOND };

/** One simulated device: its profile's state, moved on from step to step. Repeats with its seed and its clock. */
export class DeviceRun {
  readonly key: string;
  readonly attributes: Attributes;
  readonly #options: DeviceRunOptions;
  readonly #signal: Random;
  readonly #delays: Random;
  #config: ConfigValues;
  #state: unknown = null;
  #lastMs: number | null = null;

  constructor(options: DeviceRunOptions) {
    const { key, name, seed, profile, config } = options;
    this.key = key;
    this.#options = options;
    this.#signal = randomOf(seed, key, "signal");
    // Apart from the signal: when a configuration comes is not the scenario's to say.
    this.#delays = randomOf(seed, key, "delays");
    this.#config = config;
    const number = Math.floor(randomOf(seed, key, "serial").next() * 10 ** SERIAL_DIGITS);
    const serial = String(number).padStart(SERIAL_DIGITS, "0");
    this.attributes = { ...profile.attributes(serial), name, simulated: true };
  }

  /** Time to the next step, ms. A configuration may set it with `intervalSeconds`. */
  get intervalMs(): number {
    const { intervalSeconds } = this.#config;
    const wantedMs = typeof intervalSeconds === "number" ? intervalSeconds * SECOND : 0;
    return wantedMs >= INTERVAL_MIN_MS ? wantedMs : this.#options.intervalMs;
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

  /** How long the device will take to put the next configuration to work, ms. */
  nextApplyMs(): number {
    return Math.round(APPLY_MS.least + this.#delays.next() * (APPLY_MS.most - APPLY_MS.least));
  }

  /** Puts a configuration to work, and gives what the device then reports. */
  apply(wanted: DeviceConfig): DeviceConfig {
    this.#config = { ...this.#options.config, ...wanted.config };
    return wanted;
  }
}
