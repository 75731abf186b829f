import { expect, test } from "bun:test";
import { GRIP_FIRST, Grip } from "./grip.ts";

/** So many windows one after the other, each of messages that were answered and written down after so long. */
function work(grip: Grip, windows: number, answeredMs: number, heldMs: (inHand: number) => number): void {
  for (let window = 0; window < windows; window += 1) {
    let taken = 0;
    while (!grip.isFull) {
      grip.take();
      taken += 1;
    }
    for (let left = taken; left > 0; left -= 1) grip.putDown(answeredMs, heldMs(taken));
  }
}

test("it begins with few, and has twice as many as long as they come back as soon as they did", () => {
  const grip = new Grip(100);
  expect(grip.size).toBe(GRIP_FIRST);
  work(grip, 1, 5, () => 8);
  expect(grip.size).toBe(2 * GRIP_FIRST);
  work(grip, 10, 5, () => 8);
  expect(grip.size).toBe(100);
});

test("a platform that is far away has as many as one that is near", () => {
  const grip = new Grip(256);
  work(grip, 10, 400, () => 420);
  expect(grip.size).toBe(256);
});

test("where messages only wait for one another there are no more than keep it busy", () => {
  const grip = new Grip(1_000);
  // One takes a millisecond of our processor, whatever else is in hand.
  work(grip, 50, 2, (inHand) => inHand);
  expect(grip.size).toBeGreaterThanOrEqual(GRIP_FIRST);
  expect(grip.size).toBeLessThan(100);
});

test("on a machine that is slow with everything it goes back to few", () => {
  const grip = new Grip(256);
  work(grip, 10, 5, () => 8);
  work(grip, 30, 5, () => 800);
  expect(grip.size).toBe(GRIP_FIRST);
});

test("it does not grow by messages that come one by one", () => {
  const grip = new Grip(256);
  for (let one = 0; one < 1_000; one += 1) {
    grip.take();
    grip.putDown(5, 8);
  }
  expect(grip.size).toBe(GRIP_FIRST);
});

test("fewer than it begins with are what it is told", () => {
  const grip = new Grip(4);
  work(grip, 5, 5, () => 500);
  expect(grip.size).toBe(4);
});
