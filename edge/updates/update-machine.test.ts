import { expect, test } from "bun:test";
import {
  type FoundAtStart,
  happenedMeanwhile,
  nextPhase,
  UPDATE_EVENTS,
  UPDATE_PHASES,
} from "./update-machine.ts";

test("every phase takes the events it is said to, and refuses the others", () => {
  const table = UPDATE_PHASES.map((phase) => [
    phase,
    UPDATE_EVENTS.map((event) => {
      const next = nextPhase(phase, event);
      return next.ok ? next.value : next.refusal.code;
    }),
  ]);
  const no = "update.wrong-phase";
  expect(table).toEqual([
    ["downloading", ["staged", no, no, no, no]],
    ["staged", [no, "trial", no, no, no]],
    ["trial", [no, no, "staged", "committed", "failed"]],
    ["committed", [no, no, no, no, no]],
    ["failed", [no, no, no, no, no]],
  ]);
});

test.each<[Partial<FoundAtStart>, ReturnType<typeof happenedMeanwhile>]>([
  [{ isOnTrial: true, isTarget: true }, null],
  [{ isOnTrial: true, isTarget: false }, "fail"],
  [{ isOnTrial: false, isTarget: true }, "commit"],
  [{ isOnTrial: false, isTarget: false, wasStarted: true }, "fail"],
  [{ isOnTrial: false, isTarget: false, wasStarted: false }, "undo"],
  [{ phase: "staged", isOnTrial: false, isTarget: false }, null],
  [{ phase: "committed", isOnTrial: false, isTarget: true }, null],
])("%p after a start means %p", (found, expected) => {
  const all = { phase: "trial", isOnTrial: false, wasStarted: true, isTarget: false, ...found } as const;
  expect(happenedMeanwhile(all)).toBe(expected);
});
