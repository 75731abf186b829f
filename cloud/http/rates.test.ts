import { expect, test } from "bun:test";
import fc from "fast-check";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { Rates } from "./rates.ts";

test("a client has its quota at once, and then as much as comes back", () => {
  const clock = new ManualClock();
  const rates = new Rates({ quota: 3, windowMs: 60_000 }, clock);
  expect([1, 2, 3].map(() => rates.take("a").remaining)).toEqual([2, 1, 0]);
  expect(rates.take("a")).toEqual({
    ok: false,
    remaining: 0,
    fullInMs: 60_000,
    waitMs: expect.closeTo(20_000, 3),
  });
  expect(rates.take("b").ok).toBe(true);
  clock.advance(19_999);
  expect(rates.take("a").ok).toBe(false);
  clock.advance(1);
  expect([rates.take("a").ok, rates.take("a").ok]).toEqual([true, false]);
  clock.advance(60_000);
  expect(rates.take("a").remaining).toBe(2);
});

test("in no window more than the quota and what comes back meanwhile gets through, and who waits as told always does", () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 50, maxLength: 200 });
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 20 }), (waits, quota) => {
      const clock = new ManualClock();
      const windowMs = 1_000;
      const rates = new Rates({ quota, windowMs }, clock);
      const through: number[] = [];
      for (const waitMs of waits) {
        clock.advance(waitMs);
        if (rates.take("a").ok) through.push(clock.monotonicMs());
        else {
          clock.advance(Math.ceil(rates.take("a").waitMs));
          expect(rates.take("a").ok).toBe(true);
          through.push(clock.monotonicMs());
        }
      }
      for (const start of through) {
        const within = through.filter((at) => at >= start && at < start + windowMs).length;
        expect(within).toBeLessThanOrEqual(2 * quota);
      }
    }),
  );
});

test("the clients that are remembered are bounded: the one heard of last stays", () => {
  const rates = new Rates({ quota: 1, windowMs: 60_000 }, new ManualClock());
  rates.take("first");
  for (let client = 0; client < 10_000; client += 1) rates.take(`client ${client}`);
  expect([rates.take("client 9999").ok, rates.take("first").ok]).toEqual([false, true]);
});
