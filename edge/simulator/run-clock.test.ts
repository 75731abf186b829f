import { expect, test } from "bun:test";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { HOUR, MINUTE } from "../../protocol/units.ts";
import { RunClock } from "./run-clock.ts";

const NOON = Date.UTC(2026, 5, 1, 12);

test("a run of its own passes on while the wall clock is set, and its times are by that one from then on", () => {
  const clock = new ManualClock(NOON);
  const run = new RunClock({ clock, speed: 60 });
  clock.advance(MINUTE);
  expect([run.nowMs(), run.wallMs(MINUTE), run.scenarioMs(MINUTE)]).toEqual([MINUTE, NOON + MINUTE, HOUR]);
  for (const byMs of [-3 * HOUR, 5 * HOUR]) {
    clock.jump(byMs);
    run.follow();
    expect(run.nowMs()).toBe(MINUTE);
    expect(run.wallMs(run.nowMs())).toBe(clock.nowMs());
    expect(run.modelMs(run.nowMs())).toBe(clock.nowMs() + HOUR - MINUTE);
  }
  clock.jump(400);
  run.follow();
  expect(run.wallMs(run.nowMs())).toBe(clock.nowMs() - 400);
});

test("a run that is started again is as far as the wall clock says, goes on to where that is set, and never back", () => {
  const clock = new ManualClock(NOON);
  const run = new RunClock({ clock, startedMs: NOON - HOUR, beginMs: 7 });
  expect([run.nowMs(), run.modelMs(HOUR), run.scenarioMsAt(NOON - MINUTE)]).toEqual([
    ...[HOUR, HOUR + 7, HOUR - MINUTE],
  ]);
  clock.jump(2 * HOUR);
  run.follow();
  expect([run.nowMs(), run.wallMs(3 * HOUR)]).toEqual([3 * HOUR, NOON + 2 * HOUR]);
  clock.jump(-2 * HOUR);
  run.follow();
  expect([run.nowMs(), run.wallMs(3 * HOUR)]).toEqual([3 * HOUR, NOON]);
  const early = new RunClock({ clock, startedMs: NOON + HOUR });
  expect([early.nowMs(), early.wallMs(0)]).toEqual([0, NOON]);
});
