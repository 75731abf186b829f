import { describe, expect, test } from "bun:test";
import type { BenchRow } from "../bench-chunks/bench-row.ts";
import { runCommand } from "../e2e/stack.ts";

/** The benchmarks that start both programs, with so little that they only show that they still run. */

const bench = (...args: string[]) => runCommand(["scripts/benchmarks/main.ts", ...args]);

async function rowsOf(...args: string[]): Promise<Map<string, BenchRow>> {
  const { code, stdout, stderr } = await bench(...args, "--json");
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  const rows = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as BenchRow);
  return new Map(rows.map((row) => [row.name, row]));
}

describe("a benchmark with little", () => {
  test("catch-up brings every reading to the cloud", async () => {
    const rows = await rowsOf("catch-up", "--readings", "5000", "--runs", "1");
    const perSecond = rows.get("catch-up: 5,000 readings, of three values");
    expect(perSecond?.value).toBeGreaterThan(0);
    expect(perSecond?.target).toBe("1,000,000 readings/s");
    expect(rows.get("catch-up: 5,000 readings, on the line")?.value).toBeGreaterThan(0);
  }, 120_000);

  test("smart-meters brings every point to the cloud, and reads some back", async () => {
    const little =
      "--meters 20 --gateways 4 --mqtt-gateways 2 --busy-gateways 1 --points-per-second 150 --chunks-at-rest 3";
    const soon = "--period-seconds 1 --seal-after-seconds 1 --seconds 1";
    const rows = await rowsOf("smart-meters", ...little.split(" "), ...soon.split(" "));
    expect(rows.get("smart-meters: 20 meters, gateways to cloud")?.value).toBeGreaterThan(0);
    expect(rows.get("smart-meters: 20 meters, at rest")?.target).toBe("2 bytes/point");
    for (const sent of ["10 meters send 30 points/s", "5 meters send 150 points/s"]) {
      const [value, after] = ["readable in the cloud", "readable after"].map(
        (what) => rows.get(`smart-meters: MQTT, ${sent}, ${what}`)?.value,
      );
      expect(value).toBeGreaterThan(0);
      // What is acknowledged is in the cloud when it is sealed, and as soon after as it takes to look.
      expect(after).toBeLessThan(20);
    }
  }, 120_000);
});

describe("a benchmark with few", () => {
  test("fan-in keeps every gateway connected and a browser hears of their devices", async () => {
    const rows = await rowsOf("fan-in", "--gateways", "20", "--seconds", "1");
    expect(rows.get("fan-in: gateways still connected")?.value).toBe(20);
    expect(rows.get("fan-in: state changes the browser heard")?.value).toBeGreaterThan(0);
  }, 60_000);

  test("pages asks for every page and list there is", async () => {
    const little = "--sites 3 --devices 5 --operators 2 --entries-per-second 20 --think-ms 1 --seconds 3";
    const rows = await rowsOf("pages", ...little.split(" "));
    expect(rows.get("pages: answers")?.value).toBeGreaterThan(0);
    expect(rows.get("pages: /devices/:device, p95")?.target).toBe("50 ms");
    expect(rows.get("pages: /api/v1/devices, processor")?.value).toBeGreaterThanOrEqual(0);
  }, 120_000);

  test("badge sees every change in a browser", async () => {
    const rows = await rowsOf("badge", "--devices", "2", "--changes", "4", "--entries-per-second", "50");
    expect(rows.get("badge: changes seen")?.value).toBe(4);
    expect(rows.get("badge: device to browser, p95")?.target).toBe("250 ms");
  }, 60_000);
});

describe("what is typed wrong", () => {
  test.each([
    [["nothing"]],
    [["catch-up", "--runs", "0"]],
    [["catch-up", "--runs", "1.5"]],
    [["catch-up", "--rounds", "1"]],
    [["start", "--runs", "1"]],
    [["catch-up", "more"]],
  ])("%p is answered with the usage", async (args) => {
    const { code, stdout, stderr } = await bench(...args);
    expect({ code, stdout, usage: stderr.startsWith("usage: scripts/bench") }).toEqual({
      code: 2,
      stdout: "",
      usage: true,
    });
  });
});
