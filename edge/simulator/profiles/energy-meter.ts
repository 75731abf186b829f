import { HOUR, MINUTE } from "../../../protocol/units.ts";
import type { Profile } from "../profile.ts";
import { gaussian, relax, round } from "../signals.ts";

interface State {
  watts: number;
  kilowattHours: number;
  /** Cold rooms cool for a while and rest for a while; where in that cycle it is, 0 to 1. */
  cooling: number;
}

const BASE_WATTS = 420;
const KITCHEN_WATTS = 6_800;
const COOLING_WATTS = 650;
const COOLING_CYCLE_MS = 17 * MINUTE;

/** An electricity meter: a base load, the kitchen with the guests, and the cold rooms' compressor. Energy only grows. */
export const energyMeter: Profile<State> = {
  name: "energy-meter",
  attributes: (index) => ({
    type: "energy-meter",
    model: "Voltaris E3",
    firmware: "5.0.3",
    serial: `VE-${771_000 + index * 13}`,
  }),
  begin: ({ random }) => ({
    watts: BASE_WATTS,
    kilowattHours: 18_000 + random.next() * 9_000,
    cooling: random.next(),
  }),
  step(state, { atMs, elapsedMs, random, surroundings }) {
    const cooling = (state.cooling + elapsedMs / COOLING_CYCLE_MS) % 1;
    const target =
      BASE_WATTS + KITCHEN_WATTS * surroundings.busyness(atMs) + (cooling < 0.45 ? COOLING_WATTS : 0);
    const watts = Math.max(80, relax(state.watts, target, elapsedMs, 20_000) + gaussian(random) * 35);
    const kilowattHours = state.kilowattHours + (watts / 1_000) * (elapsedMs / HOUR);
    const voltage = 231 - watts / 2_500 + gaussian(random) * 0.4;
    return {
      state: { watts, kilowattHours, cooling },
      values: {
        power: round(watts, 0),
        energy: round(kilowattHours, 3),
        voltage: round(voltage, 1),
        current: round(watts / voltage, 2),
      },
    };
  },
};
