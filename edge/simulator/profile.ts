import type { ConfigValues } from "../../protocol/config/device-config.ts";
import type { Attributes } from "../../protocol/devices/attributes.ts";
import type { Random } from "../../protocol/random.ts";
import type { ProfileName } from "../../protocol/simulation/scenario.ts";
import type { Value } from "../../protocol/telemetry/reading.ts";
import type { Settings } from "./setting.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * How one kind of device behaves: pure functions of its state, the time, the site's day and the dice, so that a run
 * repeats with its seed and is tested without a broker. A new kind is a file in `profiles/` and a line in `profiles.ts`.
 */
export interface Profile<State = unknown> {
  name: ProfileName;
  /** What the device says of itself; `serial` is a number of its own, as digits. */
  attributes(serial: string): Attributes;
  /** What may be configured, by name, beside what every device has. A name that is not here means nothing to it. */
  settings?: Settings;
  begin(moment: Moment): State;
  /** The state a while later, and what the device measures then. */
  step(state: State, moment: Moment): { state: State; values: Record<string, Value> };
}

export interface Moment {
  atMs: number;
  /** Since the step before, ms. Anything from nothing to days: the machine may have slept. */
  elapsedMs: number;
  random: Random;
  surroundings: Surroundings;
  /** The configuration the device runs with. */
  config: ConfigValues;
}
