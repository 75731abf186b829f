import { DAY, SECOND } from "../../../protocol/units.ts";
import type { Profile } from "../profile.ts";
import { between, clamp, count, gaussian, happens, round } from "../signals.ts";

interface State {
  open: boolean;
  openings: number;
  /** People of a party who have still to come through. */
  waiting: number;
  battery: number;
}

/** Parties at the busiest; nobody but the night's cleaner when it is closed. */
const PARTIES_PER_HOUR = 40;
const PARTIES_PER_HOUR_CLOSED = 0.1;
const PARTY_MAX = 5;
/** Between two people of a party, and until the door has fallen shut behind the last. */
const PASSAGE_MS = 4 * SECOND;
const SHUT_MS = 7 * SECOND;
const BATTERY_DAYS = 500;

/** A contact on a door: parties come in bursts with the trade, hardly ever at night; its battery lasts over a year. */
export const doorSensor: Profile<State> = {
  name: "door-sensor",
  attributes: (serial) => ({
    type: "door-sensor",
    model: "Latch S1",
    firmware: "1.1.0",
    serial: `LS-${serial}`,
  }),
  begin: ({ random }) => ({ open: false, openings: 0, waiting: 0, battery: between(55, 100, random) }),
  step(state, { atMs, elapsedMs, random, surroundings }) {
    const parties = count(
      PARTIES_PER_HOUR_CLOSED + PARTIES_PER_HOUR * surroundings.busyness(atMs),
      elapsedMs,
      random,
    );
    let waiting = state.waiting;
    for (let party = 0; party < parties; party += 1) waiting += 1 + Math.floor(random.next() * PARTY_MAX);
    const passed = Math.min(waiting, count(3_600_000 / PASSAGE_MS, elapsedMs, random));
    const open = passed > 0 || (state.open && !happens(3_600_000 / SHUT_MS, elapsedMs, random));
    const next: State = {
      open,
      openings: state.openings + passed,
      waiting: waiting - passed,
      battery: Math.max(0, state.battery - (100 / BATTERY_DAYS) * (elapsedMs / DAY)),
    };
    return {
      state: next,
      values: {
        open,
        openings: next.openings,
        battery: round(next.battery, 1),
        rssi: Math.round(clamp(-63 + gaussian(random) * 2, -95, -30)),
      },
    };
  },
};
