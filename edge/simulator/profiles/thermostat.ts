import { HOUR, MINUTE } from "../../../protocol/units.ts";
import type { Moment, Profile } from "../profile.ts";
import { clamp, gaussian, relax, round } from "../signals.ts";

interface State {
  celsius: number;
  humidity: number;
  heating: boolean;
}

const DEFAULT_SETPOINT = 21;
const SETPOINT_AT_NIGHT = 17;
/** Without heating a room follows the weather with this time constant. */
const LOSS_MS = 9 * HOUR;
/** A radiator warms the room by so many degrees an hour. */
const HEATING_PER_HOUR = 3.2;
/** Switches on below and off above the setpoint by so much. */
const HYSTERESIS = 0.3;

/** A room thermostat: heats in opening hours, follows the weather otherwise. Takes `setpoint` as its configuration. */
export const thermostat: Profile<State> = {
  name: "thermostat",
  attributes: (index) => ({
    type: "thermostat",
    model: "Nordtherm R2",
    firmware: "2.4.1",
    serial: `NT-${20_000 + index * 37}`,
  }),
  begin: ({ random, surroundings, atMs, config }) => ({
    celsius: setpointOf(surroundings.isOpen(atMs), config) + gaussian(random) * 0.4,
    humidity: 45 + gaussian(random) * 3,
    heating: false,
  }),
  step(state, moment) {
    const { atMs, elapsedMs, random, surroundings, config } = moment;
    const setpoint = setpointOf(surroundings.isOpen(atMs), config);
    const guests = surroundings.busyness(atMs) * 0.6;
    const drifted = relax(state.celsius, surroundings.outdoorCelsius(atMs), elapsedMs, LOSS_MS);
    const warmed = drifted + ((state.heating ? HEATING_PER_HOUR : 0) + guests) * (elapsedMs / HOUR);
    const heating = state.heating ? warmed < setpoint + HYSTERESIS : warmed < setpoint - HYSTERESIS;
    const humidity = relax(state.humidity, 44 + 14 * surroundings.busyness(atMs), elapsedMs, 40 * MINUTE);
    return {
      state: { celsius: warmed, humidity, heating },
      values: {
        temperature: round(warmed + gaussian(random) * 0.04, 2),
        setpoint,
        humidity: round(clamp(humidity + gaussian(random) * 0.3, 0, 100), 1),
        heating,
      },
    };
  },
};

function setpointOf(open: boolean, config: Moment["config"]): number {
  const wanted = config.setpoint;
  if (typeof wanted === "number") return clamp(wanted, 5, 30);
  return open ? DEFAULT_SETPOINT : SETPOINT_AT_NIGHT;
}
