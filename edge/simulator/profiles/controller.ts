import { DAY, HOUR, MINUTE } from "../../../protocol/units.ts";
import type { Profile } from "../profile.ts";
import { numberSetting } from "../setting.ts";
import { between, clamp, drift, gaussian, relax, round } from "../signals.ts";

interface State {
  /** Speed of the fan, %. */
  fan: number;
  co2: number;
  supplyCelsius: number;
  /** How dirty the filter is, 0 to 1: it takes months, and is changed then. */
  dirt: number;
  runtimeHours: number;
  /** By how much the pressure sensor is off, Pa. */
  error: number;
}

const FAN = { closed: 12, least: 25, most: 100 };
/** Outside air, and what a full house makes of it without any ventilation. */
const CO2 = { outside: 420, full: 2_400 };
const CO2_WANTED = 800;
const FILTER_DAYS = 180;
/** Pa over a clean and a dirty filter at full speed; the pressure goes with the square of the air. */
const PRESSURE = { clean: 80, dirty: 260 };
const SENSOR = { timeConstantMs: 12 * HOUR, deviation: 1.5 };

/** A ventilation controller: gives the guests air, by how many there are, and warms what comes from outside. */
export const controller: Profile<State> = {
  name: "controller",
  attributes: (serial) => ({
    type: "controller",
    model: "Aerion VC8",
    firmware: "3.2.0",
    serial: `AV-${serial}`,
  }),
  settings: {
    co2Target: numberSetting(500, 1_500, "ppm"),
    supplyTemperature: numberSetting(14, 26, "°C"),
  },
  begin: ({ random }) => ({
    fan: FAN.least,
    co2: CO2.outside + 80,
    supplyCelsius: 19,
    dirt: between(0.05, 0.7, random),
    runtimeHours: Math.floor(between(2_000, 30_000, random)),
    error: 0,
  }),
  step(state, { atMs, elapsedMs, random, surroundings, config }) {
    const busy = surroundings.busyness(atMs);
    const wantedCo2 = typeof config.co2Target === "number" ? config.co2Target : CO2_WANTED;
    const wantedCelsius = typeof config.supplyTemperature === "number" ? config.supplyTemperature : 19;
    // As much air as keeps the guests' breath at what is wanted.
    const needed =
      (100 * busy * (CO2.full - CO2.outside)) / (CO2.full - CO2.outside + 2 * (wantedCo2 - CO2.outside));
    const aim = surroundings.isOpen(atMs) ? clamp(needed, FAN.least, FAN.most) : FAN.closed;
    const fan = relax(state.fan, aim, elapsedMs, 2 * MINUTE);
    const settled = CO2.outside + (CO2.full - CO2.outside) * busy * (1 - fan / 115);
    const outdoor = surroundings.outdoorCelsius(atMs);
    const worn = state.dirt + (fan / 100) * (elapsedMs / (FILTER_DAYS * DAY));
    const next: State = {
      fan,
      co2: relax(state.co2, settled, elapsedMs, 12 * MINUTE),
      supplyCelsius: relax(state.supplyCelsius, Math.max(wantedCelsius, outdoor), elapsedMs, 5 * MINUTE),
      dirt: worn > 1 ? 0.03 : worn,
      runtimeHours: state.runtimeHours + elapsedMs / HOUR,
      error: drift(state.error, elapsedMs, SENSOR, random),
    };
    const filter = PRESSURE.clean + (PRESSURE.dirty - PRESSURE.clean) * next.dirt;
    const valve = clamp(((next.supplyCelsius - outdoor) / 25) * fan, 0, 100);
    return {
      state: next,
      values: {
        fan: round(clamp(fan + gaussian(random) * 0.4, 0, 100), 1),
        co2: Math.round(next.co2 + gaussian(random) * 8),
        supplyTemperature: round(next.supplyCelsius + gaussian(random) * 0.08, 2),
        outdoorTemperature: round(outdoor + gaussian(random) * 0.1, 1),
        valve: round(valve, 1),
        filterPressure: round(Math.max(0, filter * (fan / 100) ** 2 + next.error + gaussian(random)), 1),
        runtimeHours: round(next.runtimeHours, 2),
      },
    };
  },
};
