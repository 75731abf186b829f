import { HOUR, MINUTE } from "../../../protocol/units.ts";
import type { Moment, Profile } from "../profile.ts";
import { choiceSetting, numberSetting } from "../setting.ts";
import { between, clamp, drift, gaussian, relax, round } from "../signals.ts";

interface State {
  /** How well the room keeps its warmth: 1 is usual. */
  insulation: number;
  celsius: number;
  humidity: number;
  /** The radiator or the compressor works. */
  working: boolean;
  /** By how much its sensor is off, °C. */
  error: number;
}

/** How a room behaves that is heated, and one that is cooled. */
interface Plant {
  setpoint: { open: number; closed: number };
  range: { low: number; high: number };
  /** What the radiator or the compressor moves the room by, °C an hour. */
  powerPerHour: number;
  /** What the guests' warmth, or the staff's way in and out, adds when it is busiest, °C an hour. */
  busyPerHour: number;
  /** Left to itself the room follows what surrounds it with this time constant. */
  lossMs: number;
  surroundingCelsius(moment: Moment, atMs: number): number;
  humidity: { quiet: number; busy: number };
}

const HEATED: Plant = {
  setpoint: { open: 21, closed: 17 },
  range: { low: 5, high: 30 },
  powerPerHour: 3.2,
  busyPerHour: 0.6,
  lossMs: 9 * HOUR,
  surroundingCelsius: ({ surroundings }, atMs) => surroundings.outdoorCelsius(atMs),
  humidity: { quiet: 44, busy: 58 },
};

const COOLED: Plant = {
  setpoint: { open: 4, closed: 4 },
  range: { low: -30, high: 12 },
  powerPerHour: -16,
  busyPerHour: 3,
  lossMs: 8 * HOUR,
  surroundingCelsius: ({ surroundings }, atMs) => 20 + 5 * surroundings.busyness(atMs),
  humidity: { quiet: 78, busy: 84 },
};

/** Starts and stops so far on either side of the setpoint, °C. */
const HYSTERESIS = 0.3;
/** A sensor wanders by some hundredths of a degree within hours. */
const SENSOR = { timeConstantMs: 6 * HOUR, deviation: 0.06 };
/** Longer than this a room is not left unattended: the switch would act far too late. */
const STRIDE_MS = MINUTE;
/** Of a longer gap only the end counts: by then every room has settled. */
const MEMORY_MS = 24 * HOUR;

/**
 * A room thermostat: works towards its setpoint, by night towards a lower one, and follows its surroundings otherwise.
 * Takes `setpoint` (°C) as its configuration, and `mode`: "heat" for a room, "cool" for a cold room.
 */
export const thermostat: Profile<State> = {
  name: "thermostat",
  attributes: (serial) => ({
    type: "thermostat",
    model: "Nordtherm R2",
    firmware: "2.4.1",
    serial: `NT-${serial}`,
  }),
  begin: (moment) => ({
    insulation: between(0.8, 1.25, moment.random),
    celsius: setpointOf(moment) + gaussian(moment.random) * 0.3,
    humidity: plantOf(moment).humidity.quiet + gaussian(moment.random) * 2,
    working: false,
    error: 0,
  }),
  settings: {
    setpoint: numberSetting(-30, 30, "°C"),
    mode: choiceSetting(["heat", "cool"]),
  },
  step(state, moment) {
    const { atMs, elapsedMs, random, surroundings } = moment;
    const { humidity: range } = plantOf(moment);
    const target = range.quiet + (range.busy - range.quiet) * surroundings.busyness(atMs);
    const humidity = relax(state.humidity, target, elapsedMs, 40 * MINUTE);
    let next: State = { ...state, humidity, error: drift(state.error, elapsedMs, SENSOR, random) };
    for (let restMs = Math.min(elapsedMs, MEMORY_MS); restMs > 0; restMs -= STRIDE_MS) {
      next = stride(next, moment, atMs - restMs, Math.min(restMs, STRIDE_MS));
    }
    return {
      state: next,
      values: {
        temperature: round(next.celsius + next.error + gaussian(random) * 0.04, 2),
        setpoint: setpointOf(moment),
        humidity: round(clamp(humidity + gaussian(random) * 0.3, 0, 100), 1),
        [moment.config.mode === "cool" ? "cooling" : "heating"]: next.working,
      },
    };
  },
};

function stride(state: State, moment: Moment, atMs: number, elapsedMs: number): State {
  const plant = plantOf(moment);
  const outside = plant.surroundingCelsius(moment, atMs);
  const drifted = relax(state.celsius, outside, elapsedMs, plant.lossMs * state.insulation);
  const busy = plant.busyPerHour * moment.surroundings.busyness(atMs);
  const power = state.working ? plant.powerPerHour : 0;
  const celsius = drifted + (power + busy) * (elapsedMs / HOUR);
  // Positive while the room is on the side from which the plant brings it back.
  const lacking = Math.sign(plant.powerPerHour) * (setpointOf(moment) - celsius);
  return { ...state, celsius, working: lacking > (state.working ? -HYSTERESIS : HYSTERESIS) };
}

function plantOf({ config }: Moment): Plant {
  return config.mode === "cool" ? COOLED : HEATED;
}

function setpointOf(moment: Moment): number {
  const { setpoint, range } = plantOf(moment);
  const wanted = moment.config.setpoint;
  if (typeof wanted === "number") return clamp(wanted, range.low, range.high);
  return moment.surroundings.isOpen(moment.atMs) ? setpoint.open : setpoint.closed;
}
