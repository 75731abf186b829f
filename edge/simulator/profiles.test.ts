import { describe, expect, test } from "bun:test";
import { parseAttributes } from "../../protocol/devices/attributes.ts";
import type { ProfileName } from "../../protocol/simulation/scenario.ts";
import { parseTelemetry, type Value } from "../../protocol/telemetry/reading.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../protocol/units.ts";
import { devicesOf } from "./simulator.ts";
import { runOf, testScenario } from "./testing/scenario.ts";

const MIDNIGHT = Date.UTC(2026, 0, 14);
const STEP = 10 * SECOND;
const PER_HOUR = HOUR / STEP;

/** A day of one device from midnight, a step every ten seconds. */
function day(key: string, scenario = testScenario()): Record<string, Value>[] {
  const run = runOf(key, scenario);
  return Array.from({ length: DAY / STEP }, (_, index) => run.step(MIDNIGHT + index * STEP));
}

/** One metric of a day, of the hours between two. */
function hours(values: readonly Record<string, Value>[], metric: string, from = 0, to = 24): number[] {
  return values.slice(from * PER_HOUR, to * PER_HOUR).map((reading) => Number(reading[metric]));
}
const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
const gained = (numbers: readonly number[]): number => (numbers.at(-1) ?? 0) - (numbers[0] ?? 0);
const growsOnly = (numbers: readonly number[]): boolean =>
  numbers.every((value, index) => index === 0 || value >= (numbers[index - 1] ?? 0));
const changes = (values: readonly unknown[]): number =>
  values.filter((value, index) => index > 0 && value !== values[index - 1]).length;

function of(profile: ProfileName, config = {}): ReturnType<typeof testScenario> {
  const group = { profile, "key-prefix": "one", names: ["One"], "interval-seconds": 5, config };
  return testScenario({ devices: [group] });
}

describe("every simulated device", () => {
  test("measures the same with the same seed, and something else with another", () => {
    const first50 = (seed: number) =>
      devicesOf(testScenario({ seed })).map((run) =>
        Array.from({ length: 50 }, (_, index) => run.step(MIDNIGHT + index * STEP)),
      );
    const runs = first50(7);
    expect(first50(7)).toEqual(runs);
    for (const [index, other] of first50(8).entries()) expect(other).not.toEqual(runs[index]!);
    // Two devices of one kind differ.
    for (let index = 0; index < runs.length; index += 2) expect(runs[index]).not.toEqual(runs[index + 1]!);
  });

  test("does not mind which others there are", () => {
    const [first, ...others] = testScenario().devices;
    const alone = testScenario({ devices: [first!] });
    const last = testScenario({ devices: [...others, first!] });
    const key = "payment-terminal-1";
    expect(day(key, last)).toEqual(day(key, alone));
    expect(runOf(key, last).attributes).toEqual(runOf(key, alone).attributes);
  });

  test("measures what a gateway takes, and says what it is", () => {
    for (const run of devicesOf(testScenario())) {
      const values = run.step(MIDNIGHT);
      expect(parseTelemetry(JSON.stringify({ ts: MIDNIGHT, ...values }), 0)).toEqual({
        ok: true,
        value: [{ atMs: MIDNIGHT, values }],
      });
      expect(parseAttributes(JSON.stringify(run.attributes)).ok).toBe(true);
      expect(run.attributes).toMatchObject({
        type: run.key.slice(0, -2),
        name: expect.stringMatching(/ [AB]$/),
        model: expect.any(String),
        firmware: expect.any(String),
        serial: expect.stringMatching(/^[A-Z0-9]{2}-\d{8}$/),
        simulated: true,
      });
    }
  });

  test("goes on sensibly after a long sleep of the machine, and when its clock is set back", () => {
    for (const run of devicesOf(testScenario())) {
      run.step(MIDNIGHT);
      for (const atMs of [MIDNIGHT + 400 * DAY, MIDNIGHT, MIDNIGHT + HOUR]) {
        const values = run.step(atMs);
        expect(parseTelemetry(JSON.stringify(values), 0).ok).toBe(true);
        if ("setpoint" in values) expect(Math.abs(Number(values.temperature) - 19)).toBeLessThan(6);
      }
    }
  });

  test("runs with the scenario's configuration until it is given another", () => {
    const run = runOf("one-1", of("thermostat", { setpoint: 23, intervalSeconds: 60 }));
    expect([run.step(MIDNIGHT).setpoint, run.intervalMs]).toEqual([23, MINUTE]);
    run.apply({ version: 3, config: { setpoint: 25 } });
    expect([run.step(MIDNIGHT + HOUR).setpoint, run.intervalMs]).toEqual([25, MINUTE]);
    run.apply({ version: 3, config: { setpoint: 25, intervalSeconds: 10 } });
    expect(run.intervalMs).toBe(10 * SECOND);
    run.apply({ version: 3, config: { setpoint: 25 } });
    expect(run.config).toEqual({ version: 3, config: { setpoint: 25 } });
    expect(run.refusedConfig({ setpoint: "warm", mode: "dry", intervalSeconds: 0, colour: 1 })).toBe(
      "intervalSeconds: must be a number from 0.1 to 86400 s; " +
        "setpoint: must be a number from -30 to 30 °C; mode: must be heat or cool",
    );
    expect(run.refusedConfig({ setpoint: 20, colour: 1 })).toBeNull();
  });
});

describe("over a day", () => {
  test("an energy meter follows the trade, and its energy is its power added up", () => {
    const values = day("energy-meter-1");
    const energy = hours(values, "energy");
    expect(growsOnly(energy)).toBe(true);
    const power = hours(values, "power");
    expect(mean(hours(values, "power", 12, 14))).toBeGreaterThan(4 * mean(hours(values, "power", 1, 5)));
    expect(Math.abs(gained(energy) / ((mean(power) * 24) / 1_000) - 1)).toBeLessThan(0.02);
    for (const { power: watts, voltage, current } of values) {
      expect(Math.abs(Number(voltage) * Number(current) - Number(watts))).toBeLessThan(3);
    }
  });

  test("a thermostat brings its room to the setpoint, and lets it cool by night", () => {
    const values = day("thermostat-1");
    const setpoint = hours(values, "setpoint");
    expect([setpoint[3 * PER_HOUR], setpoint[12 * PER_HOUR]]).toEqual([17, 21]);
    expect(Math.abs(mean(hours(values, "temperature", 14, 20)) - 21)).toBeLessThan(0.5);
    expect(hours(values, "temperature", 7, 8).at(-1)!).toBeLessThan(18.5);
    expect(changes(values.map(({ heating }) => heating))).toBeGreaterThan(5);
    expect(values.some(({ heating, temperature }) => heating === true && Number(temperature) > 21.6)).toBe(
      false,
    );
  });

  test("a cold room is kept cold by its compressor, through lunch", () => {
    const values = day("one-1", of("thermostat", { mode: "cool", setpoint: 3 }));
    const celsius = hours(values, "temperature");
    expect(Math.min(...celsius)).toBeGreaterThan(2);
    expect(Math.max(...celsius)).toBeLessThan(4.2);
    const atWork = (from: number, to: number) => mean(hours(values, "cooling", from, to));
    expect(atWork(12, 14)).toBeGreaterThan(1.3 * atWork(1, 5));
    expect("heating" in values[0]!).toBe(false);
  });

  test("a door opens in bursts while it is open, and rests by night", () => {
    const values = day("door-sensor-1");
    const openings = hours(values, "openings");
    expect(growsOnly(openings)).toBe(true);
    expect(gained(hours(values, "openings", 12, 14))).toBeGreaterThan(80);
    expect(gained(hours(values, "openings", 0, 8))).toBeLessThan(20);
    // In bursts: far more ten-second spans with two or more openings than if everybody came alone.
    const lunch = hours(values, "openings", 12, 14);
    const each = lunch.slice(1).map((value, index) => value - lunch[index]!);
    const rate = mean(each);
    const alone = 1 - Math.exp(-rate) * (1 + rate);
    expect(mean(each.map((times) => (times >= 2 ? 1 : 0)))).toBeGreaterThan(1.5 * alone);
    expect(gained(hours(values, "battery"))).toBeLessThan(0);
  });

  test("a payment terminal sells with the guests, waits for its gateway, and is charged in time", () => {
    const values = day("payment-terminal-1");
    expect(growsOnly(hours(values, "transactions"))).toBe(true);
    expect(gained(hours(values, "transactions", 0, 8))).toBe(0);
    expect(gained(hours(values, "transactions"))).toBeGreaterThan(80);
    const [sold, declined] = [gained(hours(values, "transactions")), gained(hours(values, "declined"))];
    expect(declined).toBeLessThan(sold * 0.1);
    const latency = (from: number, to: number) => mean(hours(values, "latency", from, to));
    expect(latency(12, 14)).toBeGreaterThan(1.3 * latency(1, 5));
    expect(Math.max(...hours(values, "latency"))).toBeGreaterThan(600);
    const battery = hours(values, "battery");
    expect(Math.min(...battery)).toBeGreaterThan(30);
    expect(Math.max(...battery)).toBeLessThanOrEqual(100);
    expect(changes(values.map(({ charging }) => charging))).toBeGreaterThan(1);
    // Nobody is sick by chance: a fault has a cause.
    expect(new Set(values.map(({ errorCode }) => errorCode))).toEqual(new Set([""]));
  });

  test("a kiosk takes orders screen by screen, and sleeps by night", () => {
    const values = day("kiosk-1");
    const screens = values.map(({ screen }) => screen);
    expect(new Set(screens.slice(9 * PER_HOUR, 21 * PER_HOUR))).toEqual(new Set(["menu", "order", "pay"]));
    expect(new Set(screens.slice(PER_HOUR, 7 * PER_HOUR))).toEqual(new Set(["asleep"]));
    expect(screens.some((screen, index) => screen === "pay" && screens[index - 1] === "menu")).toBe(false);
    expect(gained(hours(values, "orders"))).toBeGreaterThan(60);
    const cpu = hours(values, "cpu");
    const during = (wanted: string) => mean(cpu.filter((_, index) => screens[index] === wanted));
    expect(during("order")).toBeGreaterThan(1.5 * during("menu"));
    expect(gained(hours(values, "uptime"))).toBe((DAY - STEP) / SECOND);
  });
});

describe("what belongs together", () => {
  const together = (keys: [string, string], metric: string, wanted: (values: number[][]) => number): number =>
    wanted(keys.map((key) => hours(day(key), metric)));
  const correlation = ([a = [], b = []]: number[][]): number => {
    const [meanA, meanB] = [mean(a), mean(b)];
    const sum = (of: (index: number) => number): number => a.reduce((all, _, index) => all + of(index), 0);
    const [da, db] = [(index: number) => a[index]! - meanA, (index: number) => b[index]! - meanB];
    return (
      sum((index) => da(index) * db(index)) /
      Math.sqrt(sum((index) => da(index) ** 2) * sum((index) => db(index) ** 2))
    );
  };

  test("terminals wait for the same payment gateway, and meters see the same kitchen", () => {
    expect(together(["payment-terminal-1", "payment-terminal-2"], "latency", correlation)).toBeGreaterThan(
      0.7,
    );
    expect(together(["energy-meter-1", "energy-meter-2"], "power", correlation)).toBeGreaterThan(0.9);
    expect(together(["controller-1", "controller-2"], "outdoorTemperature", correlation)).toBeGreaterThan(
      0.95,
    );
  });

  test("a camera sees more and sends more by day, in grey by night, and frees its disk in time", () => {
    const values = day("camera-1");
    const bitrate = (from: number, to: number): number => mean(hours(values, "bitrate", from, to));
    expect(bitrate(12, 14)).toBeGreaterThan(1.5 * bitrate(1, 4));
    expect([values[2 * PER_HOUR]?.nightMode, values[12 * PER_HOUR]?.nightMode]).toEqual([true, false]);
    expect(gained(hours(values, "motionEvents"))).toBeGreaterThan(100);
    expect(Math.max(...hours(values, "disk"))).toBeLessThanOrEqual(92);
    expect(Math.max(...hours(values, "temperature"))).toBeLessThan(45);
  });

  test("a controller gives the guests as much air as keeps their breath down", () => {
    const values = day("controller-1");
    const average = (metric: string, from: number, to: number): number =>
      mean(hours(values, metric, from, to));
    expect(average("fan", 12, 14)).toBeGreaterThan(2 * average("fan", 2, 5));
    expect(average("co2", 12, 14)).toBeGreaterThan(average("co2", 2, 5) + 100);
    expect(Math.max(...hours(values, "co2"))).toBeLessThan(1_300);
    expect(average("filterPressure", 12, 14)).toBeGreaterThan(3 * average("filterPressure", 2, 5));
    expect(gained(hours(values, "runtimeHours"))).toBeCloseTo(24, 1);
  });
});

describe("the day of a site", () => {
  const openHours = (changed: Parameters<typeof testScenario>[0], midnight = MIDNIGHT): number[] => {
    const meter = runOf("energy-meter-1", testScenario(changed));
    const kiosk = runOf("kiosk-1", testScenario(changed));
    meter.step(midnight);
    return Array.from({ length: 24 }, (_, hour) => hour).filter(
      (hour) => kiosk.step(midnight + hour * HOUR + 30 * MINUTE).screen !== "asleep",
    );
  };

  test("may end after midnight, or never", () => {
    expect(openHours({ opens: "18:00", closes: "02:00" })).toEqual([0, 1, 18, 19, 20, 21, 22, 23]);
    expect(openHours({ opens: "00:00", closes: "00:00" })).toHaveLength(24);
  });

  test("is that of its time zone, in summer too, and where the hour is halved", () => {
    const opens = { opens: "09:00", closes: "10:00" };
    const july = Date.UTC(2026, 6, 14);
    expect(openHours({ ...opens, "time-zone": "Europe/London" }, july)).toEqual([8]);
    // 09:00 at +05:45 is 03:15 UTC.
    expect(openHours({ ...opens, "time-zone": "Asia/Kathmandu" }, july)).toEqual([3]);
  });
});
