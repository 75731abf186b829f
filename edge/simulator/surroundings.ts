import type { Scenario } from "../../protocol/simulation/scenario.ts";
import { DAY, HOUR, MINUTE } from "../../protocol/units.ts";

/** What all devices of a site share: its day. */
export interface Surroundings {
  /** 0 at closed, 1 at the busiest: guests at lunch and in the evening. */
  busyness(atMs: number): number;
  isOpen(atMs: number): boolean;
  /** Temperature outside, °C: coldest before dawn, warmest in the afternoon, a different level each day. */
  outdoorCelsius(atMs: number): number;
}

/** Clocks of all zones go forward and back on a quarter of an hour. */
const QUARTER_MS = 15 * MINUTE;

export function createSurroundings(scenario: Pick<Scenario, "time-zone" | "opens" | "closes">): Surroundings {
  const opensMs = timeOfDay(scenario.opens);
  const closesMs = timeOfDay(scenario.closes);
  const dayMs = localTimeOfDay(scenario["time-zone"]);
  const isOpen = (atMs: number): boolean => {
    if (opensMs === closesMs) return true;
    const now = dayMs(atMs);
    return opensMs < closesMs ? now >= opensMs && now < closesMs : now >= opensMs || now < closesMs;
  };
  return {
    isOpen,
    busyness(atMs) {
      if (!isOpen(atMs)) return 0;
      const now = dayMs(atMs);
      const peak = (hour: number, widthHours: number): number =>
        Math.exp(-(((now - hour * HOUR) / (widthHours * HOUR)) ** 2));
      return Math.min(1, 0.15 + 0.85 * Math.max(peak(12.75, 1.3), peak(19.25, 1.8)));
    },
    outdoorCelsius(atMs) {
      const phase = ((dayMs(atMs) - 15 * HOUR) / DAY) * 2 * Math.PI;
      const weather = 3 * Math.sin((atMs / DAY) * 0.9) + 1.5 * Math.sin((atMs / DAY) * 2.3);
      return 11 + 4.5 * Math.cos(phase) + weather;
    },
  };
}

/** The time of day in a zone, ms since midnight. Asks for the zone's rules once a quarter of an hour: they are slow. */
function localTimeOfDay(timeZone: string): (atMs: number) => number {
  const clock = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  let quarterMs = Number.NaN;
  let quarterOfDayMs = 0;
  return (atMs) => {
    const beginMs = Math.floor(atMs / QUARTER_MS) * QUARTER_MS;
    if (beginMs !== quarterMs) {
      quarterMs = beginMs;
      quarterOfDayMs = timeOfDay(clock.format(beginMs));
    }
    return (quarterOfDayMs + atMs - beginMs) % DAY;
  };
}

function timeOfDay(text: string): number {
  const [hours = 0, minutes = 0] = text.split(":").map(Number);
  return hours * HOUR + minutes * MINUTE;
}
