import { expect, test } from "bun:test";
import { killDrill } from "../drills/kill.ts";

test("what a device got an acknowledgement for is in the cloud exactly once, whatever is killed and when", async () => {
  const seed = Date.now() % 1_000_000;
  const lines: string[] = [`seed ${seed}`];
  const report = await killDrill(5, seed, (line) => lines.push(line));
  expect({ ...report, lines: lines.at(0) }).toMatchObject({
    missing: [],
    doubled: [],
    invented: [],
    inOrder: true,
  });
  expect(report.edgeKills + report.cloudKills).toBe(5);
  expect(report.acknowledged).toBeGreaterThan(5);
}, 180_000);
