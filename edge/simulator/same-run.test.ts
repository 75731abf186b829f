import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { FAULTS } from "../../protocol/simulation/fault.ts";
import { PROFILES, type Scenario, scenarioSchema } from "../../protocol/simulation/scenario.ts";
import { MINUTE, SECOND } from "../../protocol/units.ts";
import { check } from "../../protocol/validate.ts";
import { forgetfulMemories } from "./device-memory.ts";
import { Bench } from "./testing/bench.ts";

const NOON = Date.UTC(2026, 5, 1, 12);
const LENGTH_MS = 3 * MINUTE;
const TOLD_MS = 20 * SECOND;

/** Two of everything, and everything that can be wrong, one after the other. */
function scenario({ seed = 3, reversed = false } = {}): Scenario {
  const devices = PROFILES.map((profile) => ({
    ...{ profile, "key-prefix": profile, count: 2, "interval-seconds": 0.7 },
  }));
  const fault = FAULTS.map((what, index) => ({
    what,
    which: ["payment-terminal-*", "door-sensor-1", "kiosk-1", "energy-meter-2"],
    when: `${10 + 14 * index}s`,
    until: `${24 + 14 * index}s`,
    ...(what === "battery-decay" ? { seconds: 100 } : {}),
  }));
  const read = check(scenarioSchema, {
    ...{ name: "Test", seed, fault, devices: reversed ? devices.toReversed() : devices },
  });
  if (!read.ok) throw new Error(read.refusal.detail);
  return read.value;
}

/** What the devices are told, at one moment of the run: two of it at once. */
function tell(bench: Bench): void {
  const PAY = { paymentGateway: "https://pay.example", merchantId: "M-1001" };
  const command = (device: string, execution: string) => ({ channel: "command", device, execution }) as const;
  bench.tell({ channel: "notification", device: "payment-terminal-1" }, { id: "n1", title: "Hello" });
  bench.tell(command("payment-terminal-1", "e1"), {
    ...{ command: "update-payment-config", args: { version: "2", config: PAY } },
  });
  bench.tell({ channel: "config-desired", device: "payment-terminal-1" }, { version: 3, config: PAY });
  bench.tell({ channel: "config-desired", device: "thermostat-1" }, { version: 1, config: { setpoint: 26 } });
  bench.tell(
    { channel: "config-desired", device: "energy-meter-1" },
    { version: 1, config: { intervalSeconds: 1.3 } },
  );
  bench.tell(command("kiosk-1", "e2"), {
    command: "update-config",
    args: { config: { intervalSeconds: 0.5 } },
  });
}

/** What was sent of what was measured, by device and time. What has lost its time to a fault is left out. */
function measured(benches: readonly Bench[]): Map<string, string> {
  const lines = benches.flatMap(({ sent }) => sent).filter((line) => line.includes("/telemetry "));
  return new Map(
    lines.flatMap((line) => {
      const [, topic = "", ...rest] = line.split(" ");
      const text = rest.join(" ");
      const ts = /ts['"]:(\d+)/.exec(text)?.[1];
      return ts === undefined ? [] : [[`${topic} ${ts}`, text] as const];
    }),
  );
}

/** How many are in both; each of them is the same in both. */
function inBoth(run: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): number {
  const both = [...run].filter(([when]) => other.has(when));
  expect(both.filter(([when, text]) => other.get(when) !== text)).toEqual([]);
  return both.length;
}

function undisturbed(seed = 3): Map<string, string> {
  const bench = new Bench(scenario({ seed }), { startMs: NOON });
  bench.pass(TOLD_MS);
  tell(bench);
  bench.pass(LENGTH_MS - TOLD_MS);
  return measured([bench]);
}

const disturbance = fc.record({
  seed: fc.nat(),
  reversed: fc.boolean(),
  lookMs: fc.integer({ min: 20, max: 5_000 }),
  lateMs: fc.constantFrom(0, 3, 300, 4_000),
  stall: fc.record({
    fromMs: fc.integer({ min: 21_000, max: 90_000 }),
    lengthMs: fc.constantFrom(0, 900, 8_000, 50_000),
  }),
  cuts: fc.array(
    fc.record({ atMs: fc.integer({ min: 0, max: 150_000 }), forMs: fc.integer({ min: 1, max: 20_000 }) }),
    {
      maxLength: 4,
    },
  ),
});

describe("a run", () => {
  const whole = undisturbed();

  test("is another with another seed", () => {
    expect(whole.size).toBeGreaterThan(2_500);
    const other = undisturbed(4);
    const same = [...whole].filter(([when, text]) => other.get(when) === text);
    expect(same.length).toBeLessThan(whole.size / 50);
  });

  test("measures the same at the same time, whatever the machine, the line and the other devices do", () => {
    fc.assert(
      fc.property(disturbance, ({ seed, reversed, lookMs, lateMs, stall, cuts }) => {
        const random = seededRandom(seed);
        const stallMs = NOON + stall.fromMs;
        const bench = new Bench(scenario({ reversed }), {
          startMs: NOON,
          lateMs: (dueMs) =>
            Math.floor(random.next() * lateMs) +
            (dueMs >= stallMs && dueMs < stallMs + stall.lengthMs ? stallMs + stall.lengthMs - dueMs : 0),
        });
        for (const { atMs, forMs } of cuts) {
          for (const { device, line } of bench.devices.values()) {
            const apartMs = Math.floor(random.next() * SECOND);
            bench.clock.after(atMs + apartMs, () => line.cut());
            bench.clock.after(atMs + apartMs + forMs, () => {
              if (line.up) return;
              line.open();
              device.look();
            });
          }
        }
        bench.pass(TOLD_MS, lookMs);
        tell(bench);
        bench.pass(LENGTH_MS - TOLD_MS, lookMs);
        const run = measured([bench]);
        expect(inBoth(run, whole)).toBeGreaterThan(run.size * 0.9);
        expect(run.size).toBeGreaterThan(whole.size / 4);
      }),
      { numRuns: 15 },
    );
  });

  test.each([
    ["and its devices remember it", 90],
    ["and was cut off from its power", 50],
    ["and its devices remember nothing of it", 0],
  ])("that is started again goes on as if it had not been stopped, %s", (_, rememberedAtSeconds) => {
    const memories = forgetfulMemories();
    const before = new Bench(scenario(), { startMs: NOON, memories });
    before.pass(rememberedAtSeconds * SECOND);
    memories.write(new Map([...before.devices].map(([key, { device }]) => [key, device.memory])));
    before.pass((90 - rememberedAtSeconds) * SECOND);
    const after = new Bench(scenario(), { startMs: NOON + 2 * MINUTE, startedMs: NOON, memories });
    after.pass(MINUTE);
    const quiet = new Bench(scenario(), { startMs: NOON });
    quiet.pass(LENGTH_MS);
    const run = measured([before, after]);
    expect(inBoth(run, measured([quiet]))).toBe(run.size);
    expect(run.size).toBeGreaterThan(2_000);
  });
});
