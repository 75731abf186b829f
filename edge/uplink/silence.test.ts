import { expect, test } from "bun:test";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { Silence } from "./silence.ts";

function watch(): { clock: ManualClock; silence: Silence; events: [string, number][] } {
  const clock = new ManualClock();
  const events: [string, number][] = [];
  const note = (event: string) => (): void => {
    events.push([event, clock.monotonicMs() / 1_000]);
  };
  const silence = new Silence(clock, { ask: note("ask"), dead: note("dead") });
  return { clock, silence, events };
}

test("a line on which nobody speaks is asked about twice and then dead, once", () => {
  const { clock, silence, events } = watch();
  silence.start();
  clock.advance(200_000);
  expect(events).toEqual([
    ["ask", 15],
    ["ask", 30],
    ["dead", 45],
  ]);
  expect(clock.pending).toBe(0);
});

test("while both ends speak nobody asks", () => {
  const { clock, silence, events } = watch();
  silence.start();
  for (let count = 0; count < 100; count += 1) {
    clock.advance(10_000);
    silence.heard();
    silence.said();
  }
  expect(events).toEqual([]);
});

test("a gateway that only listens lets the cloud hear from it", () => {
  const { clock, silence, events } = watch();
  silence.start();
  for (let count = 0; count < 6; count += 1) {
    clock.advance(10_000);
    silence.heard();
  }
  expect(events.map(([event]) => event)).toEqual(["ask", "ask", "ask", "ask"]);
});

test("a gateway that only speaks finds out whether somebody hears it", () => {
  const { clock, silence, events } = watch();
  silence.start();
  for (let count = 0; count < 6; count += 1) {
    clock.advance(10_000);
    silence.said();
  }
  expect(events).toEqual([
    ["ask", 15],
    ["ask", 30],
    ["dead", 45],
  ]);
});

test("after the end of a line nothing is asked any more", () => {
  const { clock, silence, events } = watch();
  silence.start();
  silence.stop();
  clock.advance(100_000);
  expect([events, clock.pending]).toEqual([[], 0]);
});
