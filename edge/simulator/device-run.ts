import type { ConfigValues, DeviceConfig } from "../../protocol/config/device-config.ts";
import { parseReportedConfig } from "../../protocol/config/device-config.ts";
import type { Attributes } from "../../protocol/devices/attributes.ts";
import type { Random } from "../../protocol/random.ts";
import type { Reading } from "../../protocol/telemetry/reading.ts";
import type { Profile } from "./profile.ts";
import type { Surroundings } from "./surroundings.ts";

/** One simulated device: its profile's state, moved on from step to step. Repeats with its dice and its clock. */
export class DeviceRun {
  readonly key: string;
  readonly attributes: Attributes;
  readonly #profile: Profile;
  readonly #random: Random;
  readonly #surroundings: Surroundings;
  readonly #intervalMs: number;
  #config: DeviceConfig | null = null;
  #state: unknown = null;
  #lastMs: number | null = null;

  constructor(options: {
    key: string;
    name: string;
    index: number;
    profile: Profile;
    random: Random;
    surroundings: Surroundings;
    intervalMs: number;
  }) {
    this.key = options.key;
    this.#profile = options.profile;
    this.#random = options.random;
    this.#surroundings = options.surroundings;
    this.#intervalMs = options.intervalMs;
    this.attributes = {
      ...options.profile.attributes(options.index),
      name: options.name,
      simulated: true,
    };
  }

  /** Time to the next step, ms. A configuration may set it with `intervalSeconds`. */
  get intervalMs(): number {
    const wanted = this.#values.intervalSeconds;
    return typeof wanted === "number" && wanted >= 0.1 ? wanted * 1_000 : this.#intervalMs;
  }

  step(atMs: number): Reading {
    const moment = {
      atMs,
      elapsedMs: this.#lastMs === null ? 0 : Math.max(0, atMs - this.#lastMs),
      random: this.#random,
      surroundings: this.#surroundings,
      config: this.#values,
    };
    this.#state ??= this.#profile.begin(moment);
    const { state, values } = this.#profile.step(this.#state, moment);
    this.#state = state;
    this.#lastMs = atMs;
    return { atMs, values };
  }

  /** Takes a wanted configuration. Gives what the device then reports, or null when it cannot be read. */
  configure(text: string): DeviceConfig | null {
    const wanted = parseReportedConfig(text);
    if (!wanted.ok) return null;
    this.#config = wanted.value;
    return this.#config;
  }

  get #values(): ConfigValues {
    return this.#config?.config ?? {};
  }
}
