import { describe, expect, test } from "bun:test";
import { ManualClock } from "../testing/manual-clock.ts";
import { KIB } from "../units.ts";
import { FIRST_WINDOW_BYTES, PacedWindow, QUEUE_TARGET_MS } from "./paced-window.ts";

const MOST = 256 * KIB;
const FRAME = 4 * KIB;

/**
 * A line that carries so many bytes a ms, one frame after the other, and takes `baseMs` there and back. The sender
 * keeps the window full. Returns how long the frames of the last second waited in the line, at most.
 */
function drive(
  window: PacedWindow,
  clock: ManualClock,
  line: { bytesPerMs: number; baseMs: number },
  frames: number,
): number {
  const flying: { departure: ReturnType<PacedWindow["left"]>; dueMs: number }[] = [];
  let freeMs = clock.monotonicMs();
  let worstMs = 0;
  for (let count = 0; count < frames; count += 1) {
    while (flying.length === 0 || flying.length * FRAME < window.bytes) {
      freeMs = Math.max(freeMs, clock.monotonicMs()) + FRAME / line.bytesPerMs;
      const departure = window.left((flying.length + 1) * FRAME);
      flying.push({ departure, dueMs: freeMs + line.baseMs });
    }
    const first = flying.shift()!;
    clock.advance(Math.max(0, Math.ceil(first.dueMs - clock.monotonicMs())));
    if (count > frames / 2) worstMs = Math.max(worstMs, clock.monotonicMs() - first.departure.atMs);
    window.arrived(first.departure, FRAME);
  }
  return worstMs;
}

describe("a window that follows the line", () => {
  test("holds less than half a second of a line of 256 kbit/s", () => {
    const clock = new ManualClock();
    const window = new PacedWindow(clock, MOST);
    const worstMs = drive(window, clock, { bytesPerMs: 32, baseMs: 60 }, 300);
    expect(worstMs).toBeLessThan(600);
    expect(window.bytes).toBeGreaterThan(FRAME / 2);
  });

  test("fills a line that is fast and long: 20 Mbit/s over 500 ms", () => {
    const clock = new ManualClock();
    const window = new PacedWindow(clock, MOST);
    drive(window, clock, { bytesPerMs: 2_500, baseMs: 500 }, 500);
    expect(window.bytes).toBe(MOST);
  });

  test("shrinks within a few answers when the line becomes slow, and grows again with it", () => {
    const clock = new ManualClock();
    const window = new PacedWindow(clock, MOST);
    drive(window, clock, { bytesPerMs: 10_000, baseMs: 5 }, 200);
    expect(window.bytes).toBe(MOST);
    expect(drive(window, clock, { bytesPerMs: 32, baseMs: 5 }, 400)).toBeLessThan(600);
    drive(window, clock, { bytesPerMs: 10_000, baseMs: 5 }, 400);
    expect(window.bytes).toBe(MOST);
  });

  test("learns nothing from a line that is hardly used", () => {
    const clock = new ManualClock();
    const window = new PacedWindow(clock, MOST);
    for (let count = 0; count < 100; count += 1) {
      const departure = window.left(100);
      clock.advance(1);
      window.arrived(departure, 100);
    }
    expect(window.bytes).toBe(FIRST_WINDOW_BYTES);
  });

  test("shrinks once for a round trip, however many answers are late", () => {
    const clock = new ManualClock();
    const window = new PacedWindow(clock, MOST);
    window.arrived(window.left(FIRST_WINDOW_BYTES), 0);
    const departures = Array.from({ length: 10 }, () => window.left(FIRST_WINDOW_BYTES));
    clock.advance(2 * QUEUE_TARGET_MS);
    for (const departure of departures) window.arrived(departure, 0);
    expect(window.bytes).toBe(FIRST_WINDOW_BYTES / 2);
  });
});
