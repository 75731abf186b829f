import { HOUR, MINUTE } from "../../../protocol/units.ts";
import type { Profile } from "../profile.ts";
import { between, clamp, drift, gaussian, relax, round } from "../signals.ts";

interface State {
  /** How much of the site's load this meter sees. */
  share: number;
  watts: number;
  kilowattHours: number;
  /** Cold rooms cool for a while and rest for a while; where in that cycle it is, 0 to 1. */
  cooling: number;
  /** By how much the street's voltage is off, V. */
  mains: number;
}

/** What never sleeps, and what lights and ventilation take while it is open. */
const BASE_WATTS = 420;
const OPEN_WATTS = 900;
const KITCHEN_WATTS = 6_200;
const COOLING_WATTS = 650;
const COOLING_CYCLE_MS = 17 * MINUTE;
/** The compressor works longer the warmer it is outside: its share of a cycle at 10 °C, and what a degree adds. */
const COOLING_SHARE = 0.4;
const COOLING_PER_DEGREE = 0.012;
/** The neighbourhood's load moves the voltage. */
const MAINS = { timeConstantMs: 2 * HOUR, deviation: 1.6 };

/** An electricity meter: a base load, the kitchen with the guests, and the cold rooms' compressor. Energy only grows. */
export const energyMeter: Profile<State> = {
  name: "energy-meter",
  attributes: (serial) => ({
    type: "energy-meter",
    model: "Voltaris E3",
    firmware: "5.0.3",
    serial: `VE-${serial}`,
  }),
  begin: ({ random }) => ({
    share: between(0.6, 1.1, random),
    watts: BASE_WATTS,
    kilowattHours: between(18_000, 27_000, random),
    cooling: random.next(),
    mains: 0,
  }),
  step(state, { atMs, elapsedMs, random, surroundings }) {
    const cooling = (state.cooling + elapsedMs / COOLING_CYCLE_MS) % 1;
    const compressor = clamp(
      COOLING_SHARE + COOLING_PER_DEGREE * (surroundings.outdoorCelsius(atMs) - 10),
      0.2,
      0.8,
    );
    const load =
      BASE_WATTS +
      (surroundings.isOpen(atMs) ? OPEN_WATTS : 0) +
      KITCHEN_WATTS * surroundings.busyness(atMs) +
      (cooling < compressor ? COOLING_WATTS : 0);
    const watts = relax(state.watts, load * state.share, elapsedMs, 20_000);
    // What the display shows swings more than what the energy register adds up.
    const shown = Math.max(80, watts * (1 + gaussian(random) * 0.015) + gaussian(random) * 15);
    const kilowattHours = state.kilowattHours + ((state.watts + watts) / 2_000) * (elapsedMs / HOUR);
    const mains = drift(state.mains, elapsedMs, MAINS, random);
    const voltage = 231 + mains - shown / 2_500 + gaussian(random) * 0.4;
    return {
      state: { share: state.share, watts, kilowattHours, cooling, mains },
      values: {
        power: round(shown, 0),
        energy: round(kilowattHours, 3),
        voltage: round(voltage, 1),
        current: round(shown / voltage, 2),
      },
    };
  },
};
