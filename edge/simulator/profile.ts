import type { ConfigValues } from "../../protocol/config/device-config.ts";
import type { Attributes } from "../../protocol/devices/attributes.ts";
import type { Random } from "../../protocol/random.ts";
import type { ProfileName } from "../../protocol/simulation/scenario.ts";
import type { Value } from "../../protocol/telemetry/reading.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * How one kind of device behaves: pure functions of its state, the time, the site's day and the dice, so that a run
 * repeats with its seed and is tested without a broker.
 */
export interface Profile<State = unknown> {
  name: ProfileName;
  /** What the device says of itself; `index` makes serial numbers differ. */
  attributes(index: number): Attributes;
  begin(moment: Moment): State;
  /** The state a while later, and what the device measures then. */
  step(state: State, moment: Moment): { state: State; values: Record<string, Value> };
}

export interface Moment {
  atMs: number;
  /** Since the step before, ms. */
  elapsedMs: number;
  random: Random;
  surroundings: Surroundings;
  /** The configuration the device runs with; empty until it was given one. */
  config: ConfigValues;
}
