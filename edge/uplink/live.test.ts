import { expect, test } from "bun:test";
import type { Live } from "../../protocol/frames/control.ts";
import { encodeFrame, FRAME_MAX_BYTES } from "../../protocol/frames/frame.ts";
import type { Reading } from "../../protocol/telemetry/reading.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { LIVE_EVERY_MS, LiveStream } from "./live.ts";

function stream(): {
  clock: ManualClock;
  live: LiveStream;
  sent: Live["readings"][];
  line: { busy: boolean };
  open: Map<string, Reading[]>;
} {
  const clock = new ManualClock();
  const sent: Live["readings"][] = [];
  const line = { busy: false };
  const open = new Map<string, Reading[]>();
  const live = new LiveStream({
    clock,
    send: (readings) => sent.push(readings),
    busy: () => line.busy,
    open: (device) => open.get(device) ?? [],
  });
  return { clock, live, sent, line, open };
}

test("while the line is busy nothing is sent, and afterwards only the newest", () => {
  const { clock, live, sent, line } = stream();
  live.watch(["till-1"]);
  line.busy = true;
  for (let atMs = 1; atMs <= 5; atMs += 1) {
    live.offer("till-1", [{ atMs, values: { temperature: atMs } }]);
    clock.advance(LIVE_EVERY_MS);
  }
  expect(sent).toEqual([]);
  line.busy = false;
  clock.advance(LIVE_EVERY_MS);
  expect(sent).toEqual([[{ device: "till-1", atMs: 5, values: { temperature: 5 } }]]);
});

test("what came between somebody's look and the watch is sent with its beginning, once", () => {
  const { clock, live, sent, open } = stream();
  open.set("till-1", [
    { atMs: 1, values: { n: 1, door: true } },
    { atMs: 2, values: { n: 2 } },
  ]);
  live.watch(["till-1", "till-2"]);
  live.watch(["till-2", "till-1"]);
  clock.advance(4 * LIVE_EVERY_MS);
  expect(sent).toEqual([
    [
      { device: "till-1", atMs: 2, values: { n: 2 } },
      { device: "till-1", atMs: 1, values: { door: true } },
    ],
  ]);
  expect(clock.pending).toBe(0);
});

test("what is no longer watched is forgotten, also what was waiting", () => {
  const { clock, live, sent } = stream();
  live.watch(["till-1", "till-2"]);
  live.offer("till-1", [{ atMs: 1, values: { n: 1 } }]);
  live.offer("till-1", [{ atMs: 2, values: { n: 2 } }]);
  live.offer("till-2", [{ atMs: 2, values: { n: 2 } }]);
  live.watch(["till-2"]);
  clock.advance(LIVE_EVERY_MS);
  expect(sent.flat().map(({ device, atMs }) => [device, atMs])).toEqual([
    ["till-1", 1],
    ["till-2", 2],
  ]);
});

test("a frame stays within its bounds however much is watched; the rest comes with the next ones", () => {
  const { clock, live, sent } = stream();
  const devices = Array.from({ length: 40 }, (_, index) => `kiosk-${index}`);
  live.watch(["first", ...devices]);
  live.offer("first", [{ atMs: 1, values: { n: 1 } }]);
  for (const device of devices) {
    const values = Object.fromEntries(
      Array.from({ length: 256 }, (_, index) => [`text-${index}`, "x".repeat(1_024)]),
    );
    live.offer(device, [{ atMs: 2, values }]);
  }
  clock.advance(60 * LIVE_EVERY_MS);
  expect(sent.flat().map(({ device }) => device)).toEqual(["first", ...devices]);
  for (const readings of sent) {
    expect(encodeFrame({ type: "live", readings }).length).toBeLessThan(FRAME_MAX_BYTES / 4);
  }
  expect(clock.pending).toBe(0);
});
