import { describe, expect, test } from "bun:test";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { PROFILES } from "../../protocol/simulation/scenario.ts";
import type { Value } from "../../protocol/telemetry/reading.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../protocol/units.ts";
import { count, drift, happens, relax } from "./signals.ts";
import { createSurroundings } from "./surroundings.ts";
import { runOf, testScenario } from "./testing/scenario.ts";

const SEEDS = Array.from({ length: 12 }, (_, index) => 1_000 + index * 7_919);

/** What each metric can be, whatever the day, the dice and the time between two looks. */
const BOUNDS: Record<string, [number, number]> = {
  battery: [0, 100],
  bitrate: [100, 8_000],
  co2: [350, 1_500],
  cpu: [0, 100],
  current: [0, 60],
  disk: [0, 100],
  fan: [0, 100],
  filterPressure: [0, 300],
  fps: [0, 30],
  humidity: [0, 100],
  latency: [60, 3_000],
  memory: [0, 100],
  outdoorTemperature: [-8, 30],
  power: [80, 12_000],
  rssi: [-95, -30],
  setpoint: [-30, 30],
  supplyTemperature: [14, 32],
  temperature: [-35, 50],
  valve: [0, 100],
  voltage: [215, 245],
};
/** What only grows. */
const COUNTERS = ["declined", "energy", "motionEvents", "openings", "orders", "runtimeHours", "transactions"];

test("every value stays within what is physically possible, for any seed and any time between two looks", () => {
  for (const seed of SEEDS) {
    for (const profile of PROFILES) {
      const random = seededRandom(seed);
      const run = runOf(`${profile}-1`, testScenario({ seed }));
      let atMs = Date.UTC(2026, Math.floor(random.next() * 12), 3);
      let before: Record<string, Value> = {};
      for (let step = 0; step < 400; step += 1) {
        // From a tenth of a second to hours.
        atMs += Math.round(100 * 10 ** (random.next() * 5));
        const values = run.step(atMs);
        for (const [metric, value] of Object.entries(values)) {
          if (typeof value !== "number") continue;
          const [low, high] = BOUNDS[metric] ?? [0, Number.MAX_SAFE_INTEGER];
          const seen = `${metric} of ${profile} with seed ${seed}: ${value}`;
          if (!(value >= low && value <= high)) throw new Error(`${seen} is not from ${low} to ${high}`);
          if (COUNTERS.includes(metric) && value < Number(before[metric] ?? 0))
            throw new Error(`${seen} went back from ${before[metric]}`);
        }
        before = values;
      }
    }
  }
});

describe("what is drawn", () => {
  const MANY = 20_000;

  test("moves towards its target and never past it", () => {
    for (const elapsedMs of [0, 1, SECOND, HOUR, 400 * DAY]) {
      const moved = relax(10, 20, elapsedMs, MINUTE);
      expect(moved).toBeGreaterThanOrEqual(10);
      expect(moved).toBeLessThanOrEqual(20);
    }
  });

  test("wanders as far whether it is looked at often or seldom", () => {
    const spread = (stepMs: number): number => {
      const random = seededRandom(5);
      let value = 0;
      let squares = 0;
      for (let step = 0; step < MANY; step += 1) {
        value = drift(value, stepMs, { timeConstantMs: MINUTE, deviation: 2 }, random);
        squares += value ** 2;
      }
      return Math.sqrt(squares / MANY);
    };
    for (const stepMs of [20 * SECOND, 10 * MINUTE]) expect(Math.abs(spread(stepMs) - 2)).toBeLessThan(0.15);
  });

  test("happens as often as it is said to, in steps of any length", () => {
    const random = seededRandom(9);
    for (const elapsedMs of [SECOND, MINUTE, 10 * HOUR]) {
      let sum = 0;
      for (let step = 0; step < MANY; step += 1) sum += count(30, elapsedMs, random);
      const mean = (30 * elapsedMs) / HOUR;
      expect(Math.abs(sum / MANY - mean)).toBeLessThan(5 * Math.sqrt(mean / MANY));
    }
    const times = Array.from({ length: MANY }, () => happens(60, MINUTE, random)).filter(Boolean).length;
    expect(Math.abs(times / MANY - (1 - Math.exp(-1)))).toBeLessThan(0.02);
  });
});

describe("the surroundings of a site", () => {
  test("are the same for all who ask, in whatever order, and glide", () => {
    for (const seed of SEEDS) {
      const site = createSurroundings(testScenario({ seed }));
      const other = createSurroundings(testScenario({ seed }));
      const times = Array.from({ length: 300 }, (_, index) => Date.UTC(2026, 4, 1) + index * 17 * MINUTE);
      const seen = (of: typeof site, order: readonly number[]) =>
        new Map(order.map((atMs) => [atMs, [of.outdoorCelsius(atMs), of.busyness(atMs), of.daylight(atMs)]]));
      const forwards = seen(site, times);
      const backwards = seen(other, times.toReversed());
      for (const atMs of times) expect(backwards.get(atMs)).toEqual(forwards.get(atMs)!);
      for (const atMs of times) {
        const [celsius = 0, busy = 0, light = 0] = forwards.get(atMs)!;
        expect(Math.abs(site.outdoorCelsius(atMs + SECOND) - celsius)).toBeLessThan(0.01);
        expect([busy >= 0 && busy <= 1, light >= 0 && light <= 1]).toEqual([true, true]);
      }
    }
  });
});
