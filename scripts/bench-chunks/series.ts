import type { Random } from "../../protocol/random.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import type { Reading, Value } from "../../protocol/telemetry/reading.ts";
import { SECOND } from "../../protocol/units.ts";

/**
 * The realistic mix: five devices, three metrics a message, together every kind of series the issue names. The
 * parameters are those of common sensors; every series is made from a seed, so runs can be compared.
 */
export interface SimulatedDevice {
  device: string;
  readings: Reading[];
}

/**
 * - none: every message exactly on its period (the gateway polls, or the device stamps its schedule).
 * - little: milliseconds of latency, normal with 5 ms, and where the device waits between messages they add up.
 * - much: ten times that.
 */
export type Jitter = "none" | "little" | "much";
const JITTER_MS: Record<Jitter, number> = { none: 0, little: 5, much: 50 };
const START_MS = Date.UTC(2026, 10, 2, 8, 13, 57, 421);
const PERIOD_MS = 10 * SECOND;

/** Values of one message; called in the order of time. */
export type Source = (index: number) => Record<string, Value>;

function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}

function round(value: number, decimals: number): number {
  // As a device prints it: text with so many decimals, parsed again. `+ 0` makes 0 of -0, as most printers do.
  return Number(value.toFixed(decimals)) + 0;
}

function walk(random: Random, start: number, step: number, decimals: number): () => number {
  let value = start;
  return () => {
    value += normal(random) * step;
    return round(value, decimals);
  };
}

/** Room sensor: two walks and a battery that falls and flickers. */
function climate(random: Random): Source {
  const temperature = walk(random, 21.4, 0.03, 2);
  const humidity = walk(random, 46, 0.08, 2);
  return (index) => ({
    temperature: temperature(),
    humidity: humidity(),
    battery: 3_012 - Math.floor(index / 400) - (random.next() < 0.1 ? 1 : 0),
  });
}

/** Electricity meter: a counter, power in bursts, mains voltage as noise around its set point. */
export function meter(random: Random): Source {
  let energy = 4_182_734;
  let load = 180;
  return () => {
    if (random.next() < 0.03) load = random.next() < 0.5 ? 180 : 1_950 + random.next() * 300;
    const power = load + normal(random) * load * 0.004;
    energy += Math.round(power / 36 + random.next());
    return { energy, power: round(power, 1), voltage: round(230.4 + normal(random) * 0.35, 1) };
  };
}

/** Door of a cold room: two on/off states and a temperature that jumps when it is open. */
function coldRoom(random: Random): Source {
  let open = false;
  let temperature = 4.2;
  let cooling = false;
  return () => {
    if (random.next() < (open ? 0.2 : 0.01)) open = !open;
    temperature += open ? 0.15 : cooling ? -0.04 : 0.01;
    if (temperature > 5) cooling = true;
    if (temperature < 3.5) cooling = false;
    return { open, cooling, temperature: round(temperature + normal(random) * 0.02, 2) };
  };
}

/** Network probe: latency quiet and in bursts, a byte counter of uneven load, a state in words. */
function probe(random: Random): Source {
  let bytes = 83_912_004_113;
  let burst = 0;
  return () => {
    if (burst > 0) burst -= 1;
    else if (random.next() < 0.01) burst = 5 + Math.floor(random.next() * 20);
    const latency = burst > 0 ? 40 + Math.abs(normal(random)) * 60 : 8.2 + Math.abs(normal(random)) * 0.6;
    bytes += Math.round((burst > 0 ? 900_000 : 20_000) * (0.6 + random.next() * 0.8));
    return { latency: round(latency, 1), bytes, state: burst > 0 ? "degraded" : "up" };
  };
}

/** Machine: vibration as noise, speed in whole turns, a count of pieces. */
function machine(random: Random): Source {
  let pieces = 120_411;
  return (index) => {
    if (index % 3 !== 0 || random.next() < 0.1) pieces += 1;
    return {
      vibration: round(1.2 + normal(random) * 0.08, 2),
      speed: Math.round(1_480 + normal(random) * 2),
      pieces,
    };
  };
}

const DEVICES: { device: string; make: (random: Random) => Source; waits: boolean }[] = [
  { device: "room-101", make: climate, waits: true },
  { device: "meter-main", make: meter, waits: false },
  { device: "cold-room-2", make: coldRoom, waits: false },
  { device: "probe-wan", make: probe, waits: false },
  { device: "press-07", make: machine, waits: true },
];

export function realisticMix(count: number, jitter: Jitter, seed = 1): SimulatedDevice[] {
  return DEVICES.map(({ device, make, waits }, index) => {
    const random = seededRandom(seed * 1_000 + index);
    const source = make(random);
    let drift = 0;
    const readings = Array.from({ length: count }, (_, at): Reading => {
      const off = normal(random) * JITTER_MS[jitter];
      if (waits) drift += off;
      const atMs = START_MS + at * PERIOD_MS + Math.round(waits ? drift : off);
      return { atMs, values: source(at) };
    });
    return { device, readings };
  });
}

/** Doubles with all their digits: what no lossless code makes small. Not part of the mix, shown beside it. */
export function fullPrecision(count: number, seed = 1): SimulatedDevice[] {
  const random = seededRandom(seed);
  const readings = Array.from(
    { length: count },
    (_, at): Reading => ({
      atMs: START_MS + at * PERIOD_MS,
      values: {
        noise: 20 + normal(random),
        float32: Math.fround(20 + normal(random) * 0.05),
        computed: round(20 + Math.floor(random.next() * 20) / 10, 1) * 1.8 + 32,
      },
    }),
  );
  return [{ device: "raw-01", readings }];
}
