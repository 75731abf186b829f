import { describe, expect, test } from "bun:test";
import { createServer } from "node:net";
import { getLogger } from "@logtape/logtape";
import type { Clock } from "../../protocol/clock.ts";
import { parseAttributes } from "../../protocol/devices/attributes.ts";
import type { Scenario } from "../../protocol/simulation/scenario.ts";
import { parseTelemetry } from "../../protocol/telemetry/reading.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { HOUR, SECOND } from "../../protocol/units.ts";
import { systemClock } from "../clock/clock.ts";
import {
  type BrokerAddress,
  createSimulator,
  describeProgress,
  httpDownload,
  keysOf,
  localBroker,
  parseBrokerUrl,
  type Simulator,
} from "./simulator.ts";
import { testScenario } from "./testing/scenario.ts";
import { passwordsOf, TestBroker, until } from "./testing/test-broker.ts";

const KEYS = keysOf(testScenario());

function simulatorAt(
  broker: BrokerAddress,
  options: {
    scenario?: Scenario;
    passwords?: Map<string, string>;
    clock?: Clock;
    speed?: number;
    beginMs?: number;
  } = {},
): Simulator {
  return createSimulator({
    scenario: testScenario(),
    passwords: passwordsOf(KEYS),
    clock: systemClock,
    log: getLogger("test"),
    download: httpDownload(fetch),
    broker,
    ...options,
  });
}

describe("a simulation", () => {
  test("is a connection a device, with its will, its state, its telemetry and its goodbye", async () => {
    await using broker = await TestBroker.start();
    const simulator = simulatorAt(broker.address);
    simulator.start();
    await until(() => KEYS.every((key) => broker.on(`homepot/${key}/telemetry`).length > 2));
    expect(simulator.progress).toMatchObject({ devices: 14, connected: 14, trouble: null });
    expect(simulator.progress.published).toBeGreaterThan(30);
    expect(broker.clients).toBe(14);
    for (const key of KEYS) {
      expect(broker.on(`homepot/${key}/status`)).toEqual(["online"]);
      const [state] = broker.on(`homepot/${key}/state`);
      expect(parseAttributes(state!)).toMatchObject({ ok: true, value: { simulated: true } });
      for (const text of broker.on(`homepot/${key}/telemetry`)) expect(parseTelemetry(text, 0).ok).toBe(true);
    }
    const retained = broker.heard.filter(({ retain }) => retain).map(({ topic }) => topic.split("/")[2]);
    expect(new Set(retained)).toEqual(new Set(["status", "state"]));
    await simulator.stop();
    expect(KEYS.map((key) => broker.on(`homepot/${key}/status`).at(-1))).toEqual(KEYS.map(() => "offline"));
    expect(simulator.progress.connected).toBe(0);
    await until(() => broker.clients === 0);
  });

  test("repeats: the same seed and clock give the same first fifty messages of every device", async () => {
    const run = async (): Promise<Map<string, string[]>> => {
      await using broker = await TestBroker.start();
      const clock = new ManualClock();
      const simulator = simulatorAt(broker.address, { clock });
      simulator.start();
      await until(() => simulator.progress.published === 2 * KEYS.length);
      clock.advance(SECOND + 50 * 100);
      await until(() => KEYS.every((key) => broker.on(`homepot/${key}/telemetry`).length >= 50));
      const stopped = simulator.stop();
      clock.advance(SECOND);
      await stopped;
      return new Map(KEYS.map((key) => [key, broker.on(`homepot/${key}/telemetry`).slice(0, 50)]));
    };
    const first = await run();
    expect(await run()).toEqual(first);
    const times = first.get("kiosk-1")!.map((text) => (JSON.parse(text) as { ts: number }).ts);
    expect(times.slice(1).every((atMs, index) => atMs - times[index]! === 100)).toBe(true);
  });

  test("repeats at another hour when it begins at the same, however late timers are", async () => {
    const run = async (startMs: number, lateMs: number): Promise<unknown[]> => {
      await using broker = await TestBroker.start();
      const manual = new ManualClock(startMs);
      const clock: Clock = {
        nowMs: () => manual.nowMs(),
        monotonicMs: () => manual.monotonicMs(),
        after: (delayMs, then) => manual.after(delayMs + lateMs, then),
      };
      const simulator = simulatorAt(broker.address, { clock, beginMs: Date.UTC(2026, 5, 1, 12) });
      simulator.start();
      await until(() => simulator.progress.published === 2 * KEYS.length);
      manual.advance(SECOND + 50 * 100);
      await until(() => KEYS.every((key) => broker.on(`homepot/${key}/telemetry`).length >= 40));
      const stopped = simulator.stop();
      manual.advance(SECOND);
      await stopped;
      return KEYS.map((key) =>
        broker
          .on(`homepot/${key}/telemetry`)
          .slice(0, 40)
          .map((text) => ({ ...JSON.parse(text), ts: null })),
      );
    };
    expect(await run(Date.UTC(2026, 10, 29, 4), 7)).toEqual(await run(Date.UTC(2026, 0, 1), 0));
  });

  test("goes through the devices' days faster when it is asked to, and stamps readings with the real time", async () => {
    await using broker = await TestBroker.start();
    const clock = new ManualClock();
    const simulator = simulatorAt(broker.address, { clock, speed: 3_600 });
    simulator.start();
    await until(() => simulator.progress.published === 2 * KEYS.length);
    const startedMs = clock.nowMs();
    clock.advance(24 * SECOND);
    const endMs = clock.nowMs();
    await until(() => broker.on("homepot/kiosk-1/telemetry").length > 220);
    const readings = broker
      .on("homepot/kiosk-1/telemetry")
      .map((text) => JSON.parse(text) as { ts: number; screen: string; uptime: number });
    expect(readings.every(({ ts }) => ts >= startedMs && ts <= endMs)).toBe(true);
    expect(new Set(readings.map(({ screen }) => screen))).toContain("asleep");
    expect(new Set(readings.map(({ screen }) => screen))).toContain("order");
    const awake = readings.at(-1)!.uptime - readings[0]!.uptime;
    expect(awake).toBeGreaterThan((22 * HOUR) / SECOND);
    const stopped = simulator.stop();
    clock.advance(3 * SECOND);
    await stopped;
  });

  test("puts a configuration to work and reports it a little later", async () => {
    await using broker = await TestBroker.start();
    const clock = new ManualClock();
    const [, thermostats] = testScenario().devices;
    const scenario = testScenario({ devices: [thermostats!] });
    const simulator = simulatorAt(broker.address, { clock, scenario });
    simulator.start();
    await until(() => simulator.progress.published === 4);
    const on = (channel: string) =>
      broker.on(`homepot/thermostat-1/${channel}`).map((text) => JSON.parse(text) as Record<string, unknown>);
    const wanted = { version: 4, config: { setpoint: 19.5, intervalSeconds: 60 } };
    broker.send("homepot/thermostat-1/config/desired", "nonsense");
    broker.send("homepot/thermostat-1/config/desired", JSON.stringify(wanted));
    const toldMs = clock.nowMs();
    await until(() => {
      clock.advance(20);
      return on("config/reported").length > 0;
    });
    expect(on("config/reported")).toEqual([wanted]);
    // It looks at it for a tenth of a second, and puts it to work for three, at least.
    expect(clock.nowMs() - toldMs).toBeGreaterThanOrEqual(400);
    const before = on("telemetry").length;
    clock.advance(60 * SECOND);
    await until(() => on("telemetry").length > before);
    expect(
      on("telemetry")
        .slice(before)
        .map(({ setpoint }) => setpoint),
    ).toEqual([19.5]);
    const stopped = simulator.stop();
    clock.advance(3 * SECOND);
    await stopped;
  });

  test("connects again by itself when the broker is back", async () => {
    await using broker = await TestBroker.start();
    const simulator = simulatorAt(broker.address);
    simulator.start();
    const measuring = (times: number) =>
      KEYS.every((key) => broker.on(`homepot/${key}/telemetry`).length >= times);
    await until(() => measuring(2));
    await broker.stop();
    await until(() => simulator.progress.connected === 0 && simulator.progress.trouble !== null);
    broker.heard.length = 0;
    await broker.start();
    await until(() => measuring(2));
    for (const key of KEYS) {
      expect(broker.on(`homepot/${key}/status`)).toEqual(["online"]);
      expect(broker.on(`homepot/${key}/state`)).toHaveLength(1);
    }
    expect(simulator.progress.connected).toBe(KEYS.length);
    await simulator.stop();
  });

  test("tells which device is not let in, goes on with the others, and tries again", async () => {
    await using broker = await TestBroker.start();
    broker.refused.add("kiosk-2");
    const simulator = simulatorAt(broker.address);
    simulator.start();
    await until(
      () => simulator.progress.connected === KEYS.length - 1 && simulator.progress.trouble !== null,
    );
    expect(simulator.progress.trouble).toMatch(/^kiosk-2: .*authorized/i);
    await until(() => broker.on("homepot/kiosk-1/telemetry").length > 0);
    broker.refused.clear();
    await until(() => simulator.progress.connected === KEYS.length);
    await simulator.stop();
  });

  test("stops in bounded time at a broker that is away, that says nothing, or that hangs", async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as { port: number };
    for (const at of [port, 1]) {
      const simulator = simulatorAt({ protocol: "mqtt", host: "127.0.0.1", port: at });
      simulator.start();
      await simulator.stop();
      expect(simulator.progress.connected).toBe(0);
    }
    await new Promise<void>((resolve) => silent.close(() => resolve()));

    await using broker = await TestBroker.start();
    const clock = new ManualClock();
    const simulator = simulatorAt(broker.address, { clock });
    simulator.start();
    await until(() => simulator.progress.connected === KEYS.length);
    broker.hung = true;
    const stopped = simulator.stop();
    clock.advance(2 * SECOND);
    await stopped;
    await until(() => broker.clients === 0);
    expect(simulator.progress.connected).toBe(0);
  });
});

describe("the broker of a simulation", () => {
  test("is named by an address", () => {
    const address = (text: string) => {
      const parsed = parseBrokerUrl(text);
      return parsed.ok ? Object.values(parsed.value) : parsed.refusal.code;
    };
    expect(address("mqtt://192.0.2.7:1884")).toEqual(["mqtt", "192.0.2.7", 1884]);
    expect(address("mqtts://broker.example")).toEqual(["mqtts", "broker.example", 8883]);
    expect(address("mqtt://[2001:db8::7]")).toEqual(["mqtt", "2001:db8::7", 1883]);
    for (const bad of ["", "localhost:1883", "http://localhost", "mqtt://", "mqtt://a:b@localhost"]) {
      expect(address(bad)).toBe("config.invalid");
    }
  });

  test("is reached at this machine when it listens everywhere", () => {
    expect(localBroker({ host: "0.0.0.0", port: 5 })).toEqual({
      protocol: "mqtt",
      host: "127.0.0.1",
      port: 5,
    });
    expect(localBroker({ host: "::", port: 5 }).host).toBe("::1");
    expect(localBroker({ host: "192.0.2.7", port: 5 }).host).toBe("192.0.2.7");
  });
});

test("progress is told in one line, with what is in the way", () => {
  const progress = { devices: 15, connected: 15, published: 1_204, trouble: "till-1: refused" };
  expect(describeProgress(progress, 4.82)).toBe(
    "15 of 15 devices connected, 1204 messages acknowledged, 4.8/s",
  );
  expect(describeProgress({ ...progress, connected: 14 }, 212.4)).toBe(
    "14 of 15 devices connected, 1204 messages acknowledged, 212/s (till-1: refused)",
  );
});
