import { expect, test } from "bun:test";
import { DAY, HOUR, MINUTE, SECOND } from "../units.ts";
import { describeSkew, SkewEstimate } from "./clock-skew.ts";

/** An answer that took `out` ms to be asked and `back` ms to come, of a clock that is `skewMs` ahead. */
const answer = (skewMs: number, out: number, back: number) => ({
  theirMs: 10_000 * HOUR - back + skewMs,
  nowMs: 10_000 * HOUR,
  roundTripMs: out + back,
});

test("a skew is told in its two largest units, once it matters", () => {
  expect([null, undefined, 29 * SECOND, -29 * SECOND].map(describeSkew)).toEqual([null, null, null, null]);
  expect(
    [30 * SECOND, -(2 * HOUR + 3 * MINUTE), 4 * MINUTE + 12 * SECOND, 3 * DAY + 59 * MINUTE, -2 * HOUR].map(
      describeSkew,
    ),
  ).toEqual(["30 s ahead", "2 h 3 min behind", "4 min 12 s ahead", "3 d ahead", "2 h behind"]);
});

test("half the round trip is taken off", () => {
  const estimate = new SkewEstimate();
  expect(estimate.skewMs).toBeNull();
  estimate.add(answer(2 * HOUR, 40, 40));
  expect(estimate.skewMs).toBe(2 * HOUR);
});

test("the median of the last five counts: an answer that waited behind others changes little", () => {
  const estimate = new SkewEstimate();
  for (const waited of [10, 12, 3_000, 8, 11]) estimate.add(answer(-500, 10, waited));
  expect(Math.abs(estimate.skewMs! + 500)).toBeLessThan(5);
  expect(estimate.isSettled).toBe(true);
});

test("what half a round trip cannot explain is a jump, and counts at once", () => {
  const estimate = new SkewEstimate();
  for (let index = 0; index < 5; index += 1) estimate.add(answer(0, 10, 10));
  estimate.add(answer(-2 * HOUR, 10, 10));
  expect(estimate.skewMs).toBe(-2 * HOUR);
  estimate.add(answer(1_500, 2_000, 0));
  // A bad measurement, but no worse than half its round trip.
  expect(estimate.skewMs).toBe(2_500);
});

test("a jump that the other side tells of moves what was measured", () => {
  const estimate = new SkewEstimate();
  estimate.add(answer(-HOUR, 10, 10));
  estimate.jumped(HOUR);
  expect(estimate.skewMs).toBe(0);
});
