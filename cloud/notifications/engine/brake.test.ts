import { describe, expect, test } from "bun:test";
import { retryable, sent, throttled } from "../../../protocol/notifications/outcome.ts";
import { seededRandom } from "../../../protocol/seeded-random.ts";
import { MINUTE, SECOND } from "../../../protocol/units.ts";
import { Brake, FAULTS_MAX } from "./brake.ts";
import { Pace } from "./pace.ts";

describe("a lane", () => {
  const failing = (brake: Brake, times: number, nowMs: number) => {
    for (let index = 0; index < times; index += 1) brake.heard(retryable("500"), nowMs);
  };

  test("has all it may under way while its platform takes some of them", () => {
    const brake = new Brake(64, seededRandom(1));
    for (let round = 0; round < 10; round += 1) {
      failing(brake, FAULTS_MAX - 1, 0);
      brake.heard(sent(), 0);
    }
    expect(brake.windowAt(0)).toBe(64);
  });

  test("has none for a while, then one, when none of the last was taken; the whiles grow to a minute", () => {
    const brake = new Brake(64, seededRandom(1));
    failing(brake, FAULTS_MAX, 0);
    expect(brake.windowAt(0)).toBe(0);
    expect(brake.opensMs).toBeLessThanOrEqual(SECOND);
    let longestMs = 0;
    for (let nowMs = brake.opensMs, tries = 0; tries < 12; tries += 1) {
      expect(brake.windowAt(nowMs)).toBe(1);
      brake.heard(retryable("500"), nowMs);
      longestMs = Math.max(longestMs, brake.opensMs - nowMs);
      nowMs = brake.opensMs;
    }
    expect(longestMs).toBeGreaterThan(MINUTE / 2);
    expect(longestMs).toBeLessThanOrEqual(MINUTE);
  });

  test("doubles what is under way with all that is taken again", () => {
    const brake = new Brake(64, seededRandom(1));
    failing(brake, FAULTS_MAX, 0);
    const windows = Array.from({ length: 8 }, () => {
      brake.heard(sent(), 2 * SECOND);
      return brake.windowAt(2 * SECOND);
    });
    expect(windows).toEqual([2, 4, 8, 16, 32, 64, 64, 64]);
  });

  test("waits as long as the platform says, but five minutes at most", () => {
    for (const [saidMs, waitedMs] of [
      [90 * SECOND, 90 * SECOND],
      [60 * MINUTE, 5 * MINUTE],
    ] as const) {
      const brake = new Brake(64, seededRandom(1));
      for (let index = 0; index < FAULTS_MAX; index += 1) brake.heard(throttled("429", saidMs), 0);
      expect(brake.opensMs).toBe(waitedMs);
    }
  });

  test("is not held back by what comes back of before it was", () => {
    const brake = new Brake(64, seededRandom(1));
    failing(brake, FAULTS_MAX, 0);
    const opensMs = brake.opensMs;
    failing(brake, 56, 1);
    expect(brake.opensMs).toBe(opensMs);
  });
});

test("a pace lets so many through a second, evenly, and not what was not used for long", () => {
  const pace = new Pace(100);
  let passed = 0;
  for (let nowMs = 60_000; nowMs < 61_000; nowMs += 1) while (pace.take(nowMs) === 0) passed += 1;
  expect(passed).toBeGreaterThanOrEqual(100);
  expect(passed).toBeLessThanOrEqual(111);
  expect(pace.take(60_999)).toBeGreaterThan(0);
  expect(new Pace(null).take(0)).toBe(0);
});
