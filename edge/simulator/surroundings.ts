import type { Scenario } from "../../protocol/simulation/scenario.ts";
import { DAY, HOUR, MINUTE } from "../../protocol/units.ts";
import { randomOf } from "./seed.ts";

/** What all devices of a site share, so that their values belong together: its day, its weather, its line. */
export interface Surroundings {
  /** 0 at closed, 1 at the busiest: guests at lunch and in the evening, on some days more of them than on others. */
  busyness(atMs: number): number;
  isOpen(atMs: number): boolean;
  /** Temperature outside, °C: coldest before dawn, warmest in the afternoon, a different level each day. */
  outdoorCelsius(atMs: number): number;
  /** 0 at night, 1 at a clear noon; clouds take up to two thirds of it. */
  daylight(atMs: number): number;
  /** What the payment gateway adds to every answer for a while, ms: all terminals of a site wait together. */
  paymentDelayMs(atMs: number): number;
}

/** Clocks of all zones go forward and back on a quarter of an hour. */
const QUARTER_MS = 15 * MINUTE;
/** Spells in which the payment gateway is slow: their length, how often one is, and by how much. */
const SPELL_MS = 4 * MINUTE;
const SPELLS_SLOW = 0.06;
const SLOW_MS = 900;

export function createSurroundings(
  scenario: Pick<Scenario, "time-zone" | "opens" | "closes" | "seed">,
): Surroundings {
  const opensMs = timeOfDay(scenario.opens);
  const closesMs = timeOfDay(scenario.closes);
  const dayMs = localTimeOfDay(scenario["time-zone"]);
  const level = drifting(scenario.seed, "weather", DAY);
  const clouds = drifting(scenario.seed, "clouds", HOUR);
  const trade = drifting(scenario.seed, "trade", DAY);
  const spell = slots(scenario.seed, "payment gateway", SPELL_MS);
  const isOpen = (atMs: number): boolean => {
    if (opensMs === closesMs) return true;
    const now = dayMs(atMs);
    return opensMs < closesMs ? now >= opensMs && now < closesMs : now >= opensMs || now < closesMs;
  };
  const busyness = (atMs: number): number => {
    if (!isOpen(atMs)) return 0;
    const now = dayMs(atMs);
    const peak = (hour: number, widthHours: number): number =>
      Math.exp(-(((now - hour * HOUR) / (widthHours * HOUR)) ** 2));
    const usual = 0.15 + 0.85 * Math.max(peak(12.75, 1.3), peak(19.25, 1.8));
    return Math.min(1, usual * (0.85 + 0.3 * trade(atMs)));
  };
  return {
    isOpen,
    busyness,
    outdoorCelsius(atMs) {
      const phase = ((dayMs(atMs) - 15 * HOUR) / DAY) * 2 * Math.PI;
      return 11 + 4.5 * Math.cos(phase) + 9 * (level(atMs) - 0.5) - 1.5 * (clouds(atMs) - 0.5);
    },
    daylight(atMs) {
      const height = Math.sin(((dayMs(atMs) - 6 * HOUR) / (12 * HOUR)) * Math.PI);
      return Math.max(0, height) * (1 - (2 / 3) * clouds(atMs));
    },
    paymentDelayMs(atMs) {
      return spell(atMs) < SPELLS_SLOW * (0.3 + busyness(atMs)) ? SLOW_MS : 0;
    },
  };
}

/** A number from 0 to 1 for every span of so many ms: the same for all who ask, whatever was asked before. */
function slots(seed: number, purpose: string, lengthMs: number): (atMs: number) => number {
  let known = Number.NaN;
  let value = 0;
  return (atMs) => {
    const slot = Math.floor(atMs / lengthMs);
    if (slot !== known) {
      known = slot;
      value = randomOf(seed, purpose, String(slot)).next();
    }
    return value;
  };
}

/** The same without steps: from the middle of one span to that of the next it glides. */
function drifting(seed: number, purpose: string, lengthMs: number): (atMs: number) => number {
  const before = slots(seed, purpose, lengthMs);
  const after = slots(seed, purpose, lengthMs);
  return (atMs) => {
    const from = before(atMs);
    const share = (atMs - Math.floor(atMs / lengthMs) * lengthMs) / lengthMs;
    return from + (after(atMs + lengthMs) - from) * ((1 - Math.cos(share * Math.PI)) / 2);
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
