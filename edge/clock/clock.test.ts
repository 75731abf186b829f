import { expect, test } from "bun:test";
import { machineUptimeMs, secureRandom, systemClock } from "./clock.ts";

test("the wall clock is the machine's, and the other one never goes back", () => {
  expect(Math.abs(systemClock.nowMs() - Date.now())).toBeLessThan(1_000);
  const before = systemClock.monotonicMs();
  expect(systemClock.monotonicMs()).toBeGreaterThanOrEqual(before);
});

test("the machine's uptime grows as the clocks do", async () => {
  const before = [machineUptimeMs(), systemClock.monotonicMs()] as const;
  await new Promise<void>((resolve) => systemClock.after(50, resolve));
  const [up, monotonic] = [machineUptimeMs() - before[0], systemClock.monotonicMs() - before[1]];
  expect(Math.abs(up - monotonic)).toBeLessThan(1_000);
  expect(before[0]).toBeGreaterThan(0);
});

test("a timer fires once its time has come, and one that was cancelled or is far away does not", async () => {
  const fired: string[] = [];
  const cancel = systemClock.after(0, () => fired.push("cancelled"));
  cancel();
  // setTimeout alone would take this for 1 ms.
  const far = systemClock.after(2 ** 40, () => fired.push("far"));
  await new Promise<void>((resolve) => systemClock.after(5, resolve));
  far();
  expect(fired).toEqual([]);
});

test("dice are within their bounds and not the same twice", () => {
  for (let count = 0; count < 1_000; count += 1) {
    const next = secureRandom.next();
    expect(next >= 0 && next < 1).toBe(true);
  }
  expect(secureRandom.bytes(16)).not.toEqual(secureRandom.bytes(16));
});
