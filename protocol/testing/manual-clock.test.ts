import { describe, expect, test } from "bun:test";
import { seededRandom } from "../seeded-random.ts";
import { ManualClock } from "./manual-clock.ts";

describe("the manual clock", () => {
  test("fires timers in order of their due time, new ones included, and none that was cancelled", () => {
    const clock = new ManualClock(1_000);
    const fired: [string, number][] = [];
    clock.after(20, () => fired.push(["b", clock.nowMs()]));
    clock.after(10, () => {
      fired.push(["a", clock.nowMs()]);
      clock.after(5, () => fired.push(["c", clock.nowMs()]));
    });
    const cancel = clock.after(12, () => fired.push(["never", clock.nowMs()]));
    cancel();
    clock.advance(30);
    expect(fired).toEqual([
      ["a", 1_010],
      ["c", 1_015],
      ["b", 1_020],
    ]);
    expect([clock.nowMs(), clock.monotonicMs(), clock.pending]).toEqual([1_030, 30, 0]);
  });

  test("a jump moves the wall clock only", () => {
    const clock = new ManualClock(1_000);
    clock.jump(-500);
    expect([clock.nowMs(), clock.monotonicMs()]).toEqual([500, 0]);
  });
});

test("seeded randomness repeats, and another seed gives another sequence", () => {
  const take = (seed: number) => {
    const random = seededRandom(seed);
    return [random.next(), random.next(), ...random.bytes(4)];
  };
  expect(take(42)).toEqual(take(42));
  expect(take(42)).not.toEqual(take(43));
  const random = seededRandom(7);
  const mean =
    Array.from({ length: 10_000 }, () => random.next()).reduce((sum, value) => sum + value) / 10_000;
  expect(mean).toBeCloseTo(0.5, 1);
});
