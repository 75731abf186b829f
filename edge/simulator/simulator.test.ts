import { describe, expect, test } from "bun:test";
import { existsSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { getLogger } from "@logtape/logtape";
import { Aedes } from "aedes";
import { parseAttributes } from "../../protocol/devices/attributes.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { PROFILES, type Scenario } from "../../protocol/simulation/scenario.ts";
import { parseTelemetry } from "../../protocol/telemetry/reading.ts";
import { HOUR, MINUTE, SECOND } from "../../protocol/units.ts";
import { systemClock } from "../clock/clock.ts";
import { openDatabase } from "../database/database.ts";
import { createDevices } from "../devices/devices.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { createUplog } from "../uplog/uplog.ts";
import { provideCredentials, readCredentials } from "./credentials.ts";
import { readScenario } from "./read-scenario.ts";
import { createSimulator, devicesOf } from "./simulator.ts";

const SCENARIO: Scenario = {
  name: "Test",
  seed: 7,
  "time-zone": "Europe/London",
  opens: "08:00",
  closes: "22:00",
  devices: PROFILES.map((profile) => ({
    profile,
    "key-prefix": profile,
    names: [`${profile} A`, `${profile} B`],
    "interval-seconds": 0.1,
  })),
};
const MORNING = Date.UTC(2026, 0, 14, 7);

/** A day of one profile, a step a minute. */
function day(profile: (typeof PROFILES)[number], seed = 7) {
  const run = devicesOf({ ...SCENARIO, seed }).find((device) => device.key === `${profile}-1`)!;
  return Array.from({ length: 24 * 60 }, (_, minute) => run.step(MORNING + minute * MINUTE));
}

describe("simulated devices", () => {
  test("measure the same with the same seed, and something else with another", () => {
    for (const profile of PROFILES) {
      expect(day(profile)).toEqual(day(profile));
      expect(day(profile)).not.toEqual(day(profile, 8));
    }
  });

  test("measure what a gateway takes, and say what they are", () => {
    for (const run of devicesOf(SCENARIO)) {
      const { atMs, values } = run.step(MORNING);
      expect(parseTelemetry(JSON.stringify({ ts: atMs, ...values }), 0)).toEqual({
        ok: true,
        value: [{ atMs, values }],
      });
      expect(parseAttributes(JSON.stringify(run.attributes)).ok).toBe(true);
      expect(run.attributes).toMatchObject({ simulated: true, type: run.key.slice(0, -2) });
    }
  });

  test("are plausible over a day", () => {
    const numbers = (profile: (typeof PROFILES)[number], metric: string) =>
      day(profile).map((reading) => Number(reading.values[metric]));
    const energy = numbers("energy-meter", "energy");
    expect(energy.every((value, index) => index === 0 || value >= energy[index - 1]!)).toBe(true);
    const power = numbers("energy-meter", "power");
    // 13:00 against 03:00: minutes after 07:00.
    expect(power[6 * 60]!).toBeGreaterThan(3 * power[20 * 60]!);
    const temperature = numbers("thermostat", "temperature");
    expect(Math.min(...temperature)).toBeGreaterThan(14);
    expect(Math.max(...temperature)).toBeLessThan(27);
    const transactions = numbers("payment-terminal", "transactions");
    expect(transactions.at(-1)!).toBeGreaterThan(50);
    expect(numbers("payment-terminal", "battery").every((value) => value >= 0 && value <= 100)).toBe(true);
    expect(numbers("door-sensor", "openings").at(-1)!).toBeGreaterThan(20);
    expect(new Set(day("kiosk").map((reading) => reading.values.screen))).toEqual(
      new Set(["menu", "order", "pay", "asleep"]),
    );
  });

  test("put a configuration to work, and refuse one that is none", () => {
    const run = devicesOf(SCENARIO).find((device) => device.key === "thermostat-1")!;
    run.step(MORNING);
    expect(run.configure("nonsense")).toBeNull();
    const wanted = { version: 3, config: { setpoint: 25, intervalSeconds: 30 } };
    expect(run.configure(JSON.stringify(wanted))).toEqual(wanted);
    expect(run.intervalMs).toBe(30 * SECOND);
    expect(run.step(MORNING + HOUR).values.setpoint).toBe(25);
  });
});

describe("a simulation", () => {
  test("is a connection a device over real MQTT, with its will, its state and its configuration", async () => {
    const aedes = await Aedes.createBroker();
    const server = createServer(aedes.handle);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address() as { port: number };
    const heard = new Map<string, string>();
    aedes.authenticate = (_client, username, password, done) =>
      done(null, password?.toString() === `of ${username}`);
    aedes.on("publish", (packet, client) => {
      if (client !== null) heard.set(packet.topic, packet.payload.toString());
    });
    const keys = devicesOf(SCENARIO).map((run) => run.key);
    const simulator = createSimulator({
      scenario: SCENARIO,
      brokerUrl: `mqtt://127.0.0.1:${address.port}`,
      passwords: new Map(keys.map((key) => [key, `of ${key}`])),
      clock: systemClock,
      log: getLogger("test"),
    });
    simulator.start();
    const until = async (condition: () => boolean) => {
      while (!condition()) await Bun.sleep(2);
    };
    await until(() =>
      keys.every((key) => heard.has(`homepot/${key}/telemetry`) && heard.has(`homepot/${key}/state`)),
    );
    expect(simulator.progress).toMatchObject({ devices: 10, connected: 10 });
    expect(simulator.progress.published).toBeGreaterThan(10);
    const wanted = '{"version":1,"config":{"setpoint":19}}';
    aedes.publish(
      {
        cmd: "publish",
        topic: "homepot/thermostat-1/config/desired",
        payload: wanted,
        qos: 1,
        retain: true,
        dup: false,
      },
      () => undefined,
    );
    await until(() => heard.get("homepot/thermostat-1/config/reported") === wanted);
    await simulator.stop();
    // aedes acknowledges before it tells of a message.
    await until(() => keys.every((key) => heard.get(`homepot/${key}/status`) === "offline"));
    await until(() => simulator.progress.connected === 0);
    await new Promise<void>((resolve) => aedes.close(resolve));
    server.close();
  });

  test("started again goes on with the same devices and passwords", () => {
    using directory = temporaryDirectory();
    using db = openDatabase(":memory:", { clock: systemClock, random: seededRandom(1) });
    const devices = createDevices({
      db,
      uplog: createUplog(db),
      clock: systemClock,
      random: seededRandom(2),
    });
    const first = provideCredentials(directory.path, ["a", "b"], devices);
    const second = provideCredentials(directory.path, ["a", "b"], devices);
    expect(second).toEqual(first);
    expect(devices.list().map((device) => [device.key, device.provenance])).toEqual([
      ["a", "simulated"],
      ["b", "simulated"],
    ]);
    const path = join(directory.path, "simulated-devices.json");
    expect([existsSync(path), statSync(path).mode & 0o777, readCredentials(path).size]).toEqual([
      true,
      0o600,
      2,
    ]);
    devices.add("real");
    expect(provideCredentials(directory.path, ["real"], devices)).toMatchObject({
      refusal: { code: "device.exists" },
    });
  });

  test("is read from a file that names every field at fault", async () => {
    using directory = temporaryDirectory();
    const path = join(directory.path, "scenario.toml");
    await Bun.write(
      path,
      'name = "x"\nseed = 1.5\n[[devices]]\nprofile = "toaster"\nnames = []\nkey-prefix = "-"\ncolour = 1\n',
    );
    const read = readScenario(path);
    const paths = read.ok ? [] : read.refusal.errors?.map((error) => error.path);
    expect(paths?.sort()).toEqual([
      "devices.0.colour",
      "devices.0.key-prefix",
      "devices.0.names",
      "devices.0.profile",
      "seed",
    ]);
    expect(readScenario(join(directory.path, "none.toml"))).toMatchObject({
      refusal: { code: "config.invalid" },
    });
    const shipped = readScenario(`${import.meta.dir}/../../scripts/scenarios/restaurant.toml`);
    expect(shipped.ok ? devicesOf(shipped.value).length : shipped).toBe(15);
  });
});
