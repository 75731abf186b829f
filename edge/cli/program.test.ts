import { afterEach, beforeEach, describe, expect, spyOn, test } from "bun:test";
import { chmodSync, readdirSync } from "node:fs";
import { join } from "node:path";
import mqtt from "mqtt";
import { journalled } from "../telemetry/testing/journalled.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { readStatusFile } from "../uplink/uplink.ts";
import { openDataDirectory } from "./data-directory.ts";
import { runProgram } from "./program.ts";

/** The commands in this process, as `main.ts` calls them; what they print is gathered. */

let directory: ReturnType<typeof temporaryDirectory>;
let printed: { stdout: string; stderr: string };
let spies: { mockRestore(): void }[];
const gateways: Promise<number>[] = [];

beforeEach(() => {
  directory = temporaryDirectory();
  printed = { stdout: "", stderr: "" };
  spies = (["stdout", "stderr"] as const).map((name) =>
    spyOn(process[name], "write").mockImplementation((text: string | Uint8Array) => {
      printed[name] += String(text);
      return true;
    }),
  );
});
afterEach(async () => {
  // Also of a test that has failed: a gateway that goes on would be in the way of all that follow.
  process.emit("SIGTERM");
  await Promise.all(gateways.splice(0));
  for (const spy of spies) spy.mockRestore();
  directory[Symbol.dispose]();
  process.exitCode = 0;
});

async function until<T>(probe: () => T | null | undefined | false): Promise<T> {
  for (;;) {
    const value = probe();
    if (value) return value;
    await Bun.sleep(5);
  }
}
const data = (): string[] => ["--data", directory.path];
/** Runs a gateway in the test's directory until the process is told to stop. */
function runGateway(...args: string[]): Promise<number> {
  const running = runProgram(["run", ...data(), "--mqtt-listen", "127.0.0.1:0", ...args]);
  gateways.push(running);
  return running;
}

describe("homepot-edge", () => {
  test("tells its version and its commands", async () => {
    expect(await runProgram(["--version"])).toBe(0);
    expect(printed.stdout).toMatch(/^\d+\.\d+\.\d+/);
    expect(await runProgram(["--help"])).toBe(0);
    for (const name of ["run", "enroll", "device", "status", "simulate"])
      expect(printed.stdout).toContain(name);
  });

  test.each([
    [["rnu"]],
    [["run", "--colour", "red"]],
    [["run", "--mqtt-listen", "nowhere"]],
    [["device", "add"]],
  ])("ends with 2 for bad usage: %p", async (args) => {
    expect(await runProgram(args)).toBe(2);
    expect(printed.stderr).not.toBe("");
  });

  test("refuses a setting that does not exist, naming the nearest, and a file that cannot be read", async () => {
    const file = join(directory.path, "edge.toml");
    await Bun.write(file, '[mqtt]\nlisten = "127.0.0.1:0"\nmax-conections = 5\n');
    expect(await runProgram(["run", ...data(), "--config", file])).toBe(2);
    expect(printed.stderr).toContain("mqtt.max-conections");
    expect(printed.stderr).toContain("mqtt.max-connections");
    await Bun.write(file, "[mqtt\n");
    expect(await runProgram(["run", ...data(), "--config", file])).toBe(2);
    expect(await runProgram(["run", ...data(), "--config", join(directory.path, "none.toml")])).toBe(2);
    expect(printed.stderr).toContain("none.toml");
  });

  test("takes a claim code only together with where it is good, before anything is made", async () => {
    const file = join(directory.path, "edge.toml");
    await Bun.write(file, '[cloud]\nclaim = "7KQF-2M9D"\n');
    expect(await runProgram(["run", ...data(), "--config", file])).toBe(2);
    expect(printed.stderr).toContain("cloud.url must be set with it");
    expect(readdirSync(directory.path)).toEqual(["edge.toml"]);
  });

  test("tells a fault of the machine in words, and ends with 1", async () => {
    const file = join(directory.path, "file");
    await Bun.write(file, "");
    chmodSync(file, 0o400);
    expect(await runProgram(["device", "list", "--data", join(file, "below")])).toBe(1);
    expect(printed.stderr).toStartWith("homepot-edge: ");
  });
});

describe("homepot-edge device", () => {
  test("makes, lists and removes, for people and as JSON", async () => {
    expect(await runProgram(["device", "list", ...data()])).toBe(0);
    expect(printed.stdout).toContain("No devices yet");
    expect(await runProgram(["device", "add", "till-1", ...data()])).toBe(0);
    expect(printed.stdout).toContain("cannot be shown again");
    printed.stdout = "";
    expect(await runProgram(["device", "add", "till-2", "--json", ...data()])).toBe(0);
    expect(JSON.parse(printed.stdout)).toEqual({
      device: "till-2",
      username: "till-2",
      password: expect.any(String),
    });
    expect(await runProgram(["device", "add", "till-2", ...data()])).toBe(1);
    expect(printed.stderr).toContain("Choose another id");
    expect(await runProgram(["device", "add", "no spaces", ...data()])).toBe(2);
    printed.stdout = "";
    expect(await runProgram(["device", "list", "--json", ...data()])).toBe(0);
    expect(JSON.parse(printed.stdout).map((device: { key: string }) => device.key)).toEqual([
      "till-1",
      "till-2",
    ]);
    expect(await runProgram(["device", "remove", "till-1", ...data()])).toBe(0);
    expect(await runProgram(["device", "remove", "till-1", ...data()])).toBe(1);
    printed.stdout = "";
    await runProgram(["device", "list", ...data()]);
    expect(printed.stdout).toStartWith("till-2 ");
  });
});

describe("homepot-edge device topics", () => {
  test("shows, sets and takes back what a device may use beyond its own topics", async () => {
    const asked = [
      "--publish",
      "kitchen/#",
      "--subscribe",
      "homepot/+/telemetry",
      "--subscribe",
      "kitchen/#",
    ];
    expect(await runProgram(["device", "add", "panel", ...asked, "--json", ...data()])).toBe(0);
    printed.stdout = "";
    expect(await runProgram(["device", "topics", "panel", ...data()])).toBe(0);
    expect(printed.stdout).toBe(
      "panel may use its own topics, homepot/panel/…, and\n" +
        "  publish  kitchen/#\n  hear     homepot/+/telemetry\n  hear     kitchen/#\n",
    );
    printed.stdout = "";
    expect(await runProgram(["device", "topics", "panel", "--publish", "bar/+", "--json", ...data()])).toBe(
      0,
    );
    expect(JSON.parse(printed.stdout)).toEqual({ device: "panel", publish: ["bar/+"], subscribe: [] });
    printed.stdout = "";
    await runProgram(["device", "list", "--json", ...data()]);
    expect(JSON.parse(printed.stdout)).toMatchObject([
      { key: "panel", topics: { publish: ["bar/+"], subscribe: [] } },
    ]);
    printed.stdout = "";
    await runProgram(["device", "list", ...data()]);
    await runProgram(["status", ...data()]);
    expect(printed.stdout).toContain("\n  publish  bar/+\n");
    expect(printed.stdout).toContain("topics      panel may publish  bar/+\n");
    printed.stdout = "";
    expect(await runProgram(["device", "topics", "panel", "--none", ...data()])).toBe(0);
    expect(printed.stdout).toBe("panel may use its own topics, homepot/panel/…\n");
  });

  test("refuses what cannot be granted, naming it, and grants nothing then", async () => {
    const asked = ["--publish", "kitchen/#", "--publish", "homepot/till-1/telemetry"];
    expect(await runProgram(["device", "add", "panel", ...asked, ...data()])).toBe(2);
    expect(printed.stderr).toContain("publish.1: must not begin with homepot/");
    expect(await runProgram(["device", "topics", "panel", ...data()])).toBe(1);
    await runProgram(["device", "add", "panel", ...data()]);
    expect(await runProgram(["device", "topics", "panel", "--subscribe", "a/#/b", ...data()])).toBe(2);
    expect(await runProgram(["device", "topics", "nobody", "--subscribe", "a", ...data()])).toBe(1);
    printed.stdout = "";
    await runProgram(["device", "topics", "panel", "--json", ...data()]);
    expect(JSON.parse(printed.stdout)).toEqual({ device: "panel", publish: [], subscribe: [] });
  });
});

describe("homepot-edge run", () => {
  test("serves its site without a cloud, takes devices made meanwhile, and stops when told", async () => {
    const running = runGateway("--cloud-url", "http://127.0.0.1:9");
    const status = await until(() => readStatusFile(directory.path));
    expect(status.uplink.state).toBe("unenrolled");
    await runProgram(["device", "add", "till-1", "--json", ...data()]);
    const { password } = JSON.parse(printed.stdout) as { password: string };
    const url = `mqtt://${status.mqttListen}`;
    const till = await mqtt.connectAsync(url, { username: "till-1", password, reconnectPeriod: 0 });
    await till.publishAsync("homepot/till-1/telemetry", '{"temperature":4}', { qos: 1 });
    const closed = new Promise<void>((resolve) => till.once("close", () => resolve()));
    await runProgram(["device", "remove", "till-1", ...data()]);
    await closed;
    till.end(true);
    process.emit("SIGTERM");
    expect(await running).toBe(0);
    expect(printed.stderr).toContain("taking MQTT connections");
    using db = openDataDirectory(directory.path);
    const sealed = db.sqlite.query<{ n: number }, []>("SELECT count(*) AS n FROM uplog_bulk").get()!.n;
    expect(journalled(db).length + sealed).toBe(1);
    expect(readStatusFile(directory.path)).toBeNull();
  });

  test("tells people in words with --log-format pretty", async () => {
    const running = runGateway("--log-format", "pretty");
    await until(() => readStatusFile(directory.path));
    process.emit("SIGINT");
    expect(await running).toBe(0);
    expect(printed.stderr).toMatch(/taking MQTT connections.* port=\d+/);
  });
});

describe("homepot-edge simulate", () => {
  const scenario = `${import.meta.dir}/../../scripts/scenarios/restaurant.toml`;

  test("registers the devices of a scenario and runs them against this gateway", async () => {
    const running = runGateway();
    const { mqttListen } = await until(() => readStatusFile(directory.path));
    const args = [
      "simulate",
      "--scenario",
      scenario,
      ...data(),
      "--mqtt-listen",
      mqttListen,
      "--duration",
      "1.5",
    ];
    expect(await runProgram(args)).toBe(0);
    expect(printed.stderr).toMatch(/15 of 15 devices connected, \d{2,} messages acknowledged/);
    printed.stdout = "";
    await runProgram(["device", "list", ...data()]);
    expect(printed.stdout).toMatch(/till-5\s+offline\s+simulated/);
    process.emit("SIGTERM");
    expect(await running).toBe(0);
  });

  test("refuses a scenario or a duration that makes no sense", async () => {
    expect(await runProgram(["simulate", "--scenario", "nowhere.toml", ...data()])).toBe(2);
    expect(await runProgram(["simulate", "--scenario", scenario, "--duration", "soon", ...data()])).toBe(2);
    expect(printed.stderr).toContain("--duration");
  });
});
