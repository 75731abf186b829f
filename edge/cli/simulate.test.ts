import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { passwordsOf, TestBroker, until } from "../simulator/testing/test-broker.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { runCaptured } from "./testing/run-captured.ts";

let directory: ReturnType<typeof temporaryDirectory>;
let broker: TestBroker;

beforeEach(async () => {
  directory = temporaryDirectory();
  broker = await TestBroker.start();
  await Bun.write(
    join(directory.path, "scenario.toml"),
    'name = "Two tills"\nseed = 1\n[[devices]]\nprofile = "payment-terminal"\nkey-prefix = "till"\ncount = 2\ninterval-seconds = 0.1\n',
  );
  const passwords = Object.fromEntries(passwordsOf(["till-1", "till-2"]));
  await Bun.write(join(directory.path, "passwords.json"), JSON.stringify(passwords));
});
afterEach(async () => {
  await broker.stop();
  directory[Symbol.dispose]();
});

const inside = (name: string): string => join(directory.path, name);
/** Two tills at a broker that is not the gateway's own. */
const elsewhere = (): string[] => [
  ...["--scenario", inside("scenario.toml")],
  ...["--broker", `mqtt://127.0.0.1:${broker.port}`],
  ...["--credentials", inside("passwords.json")],
];

describe("homepot-edge simulate", () => {
  test("runs devices at any broker with the passwords of a file, until it is told to stop", async () => {
    const listeners = (): number => process.listenerCount("SIGTERM") + process.listenerCount("SIGINT");
    const before = listeners();
    const running = runCaptured("simulate", ...elsewhere(), "--speed", "60");
    await until(() => broker.on("homepot/till-2/telemetry").length > 3);
    process.emit("SIGTERM");
    const { code, stderr } = await running;
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^Two tills, seed 1: began at \d{4}-.*Z\n2 of 2 devices connected, \d+ messages acknowledged, [\d.]+\/s\n$/,
    );
    expect(broker.on("homepot/till-1/status")).toEqual(["online", "offline"]);
    expect(listeners()).toBeLessThanOrEqual(before);
  });

  test("stops by itself after its duration", async () => {
    const { code, stderr } = await runCaptured("simulate", ...elsewhere(), "--duration", "0.2");
    expect(code).toBe(0);
    expect(stderr).toContain("2 of 2 devices connected");
  });

  test("runs them with one user of a broker that does not know them apart", async () => {
    await Bun.write(inside("password"), "of everybody\n");
    const options = ["--scenario", inside("scenario.toml"), "--broker", `mqtt://127.0.0.1:${broker.port}`];
    const user = ["--user", "everybody", "--password-file", inside("password")];
    const { code, stderr } = await runCaptured("simulate", ...options, ...user, "--duration", "0.3");
    expect([code, stderr]).toEqual([0, expect.stringContaining("2 of 2 devices connected")]);
    for (const wrong of [
      user.slice(2),
      user.slice(0, 2),
      [...user, "--credentials", inside("passwords.json")],
    ]) {
      expect((await runCaptured("simulate", ...options, ...wrong)).code).toBe(2);
    }
    expect((await runCaptured("simulate", ...options.slice(0, 2), ...user)).code).toBe(2);
  });

  test("begins at the time of day it is told, and says what is none", async () => {
    const begin = ["--begin", "2026-06-01T12:00:00Z", "--duration", "0.3"];
    expect((await runCaptured("simulate", ...elsewhere(), ...begin)).code).toBe(0);
    const { code, stderr } = await runCaptured("simulate", ...elsewhere(), "--begin", "noon");
    expect([code, stderr]).toEqual([2, expect.stringContaining("--begin: must be a time such as")]);
  });

  test("on a terminal shows one line that moves", async () => {
    const tty = process.stderr.isTTY;
    process.stderr.isTTY = true;
    try {
      const { stderr } = await runCaptured("simulate", ...elsewhere(), "--duration", "1.2");
      expect(stderr.split("\r\u001b[K")).toHaveLength(3);
      expect(stderr).toEndWith("/s\n");
    } finally {
      process.stderr.isTTY = tty;
    }
  });

  test.each([
    ["--duration", "soon"],
    ["--duration", "0"],
    ["--speed", "-1"],
    ["--broker", "localhost:1883"],
    ["--credentials", "nowhere.json"],
    ["--scenario", "nowhere.toml"],
  ])("refuses %s %s, says why, and connects nobody", async (option, value) => {
    const { code, stderr } = await runCaptured("simulate", ...elsewhere(), option, value);
    expect(code).toBe(2);
    expect(stderr).toContain(value);
    expect(broker.heard).toEqual([]);
  });
});
