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

export function createSurroundings(scenario: Pick<Scenario, "time-zone" | "opens" | "closes">): Surroundings {
  const opensMs = timeOfDay(scenario.opens);
  const closesMs = timeOfDay(scenario.closes);
  const clock = new Intl.DateTimeFormat("en-GB", {
    timeZone: scenario["time-zone"],
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  const dayMs = (atMs: number): number => {
    const [hours = 0, minutes = 0, seconds = 0] = clock.format(atMs).split(":").map(Number);
    return hours * HOUR + minutes * MINUTE + seconds * 1_000;
  };
  const isOpen = (atMs: number): boolean => {
    const now = dayMs(atMs);
    return opensMs <= closesMs ? now >= opensMs && now < closesMs : now >= opensMs || now < closesMs;
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

function timeOfDay(text: string): number {
  const [hours = 0, minutes = 0] = text.split(":").map(Number);
  return hours * HOUR + minutes * MINUTE;
}
