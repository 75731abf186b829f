import { DAY } from "../../../protocol/units.ts";
import type { Profile } from "../profile.ts";
import { clamp, gaussian, happens, round } from "../signals.ts";

interface State {
  open: boolean;
  openings: number;
  battery: number;
}

const OPENINGS_PER_HOUR = 90;
/** A door stays open for about ten seconds: it closes so often an hour while it is open. */
const CLOSINGS_PER_HOUR = 360;
const BATTERY_DAYS = 500;

/** A contact on a door: opens with the guests and the staff, hardly ever at night; its battery lasts over a year. */
export const doorSensor: Profile<State> = {
  name: "door-sensor",
  attributes: (index) => ({
    type: "door-sensor",
    model: "Latch S1",
    firmware: "1.1.0",
    serial: `LS-${4_100 + index * 7}`,
  }),
  begin: ({ random }) => ({ open: false, openings: 0, battery: 55 + random.next() * 45 }),
  step(state, { atMs, elapsedMs, random, surroundings }) {
    const opens = happens(0.2 + OPENINGS_PER_HOUR * surroundings.busyness(atMs), elapsedMs, random);
    const closes = happens(CLOSINGS_PER_HOUR, elapsedMs, random);
    const open = state.open ? !closes : opens;
    const openings = state.openings + (open && !state.open ? 1 : 0);
    const battery = Math.max(0, state.battery - (100 / BATTERY_DAYS) * (elapsedMs / DAY));
    return {
      state: { open, openings, battery },
      values: {
        open,
        openings,
        battery: round(battery, 1),
        rssi: Math.round(clamp(-63 + gaussian(random) * 2, -95, -30)),
      },
    };
  },
};
