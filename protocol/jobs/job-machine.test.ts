import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  canFollow,
  hasEnded,
  isFailure,
  isSuccess,
  JOB_EVENTS,
  JOB_STATES,
  type JobEvent,
  type JobState,
  next,
} from "./job-machine.ts";

/** Every step there is; whatever is not here is refused. */
const STEPS: [JobState, JobEvent, JobState][] = [
  ["queued", "deliver", "delivered"],
  ["queued", "fail", "failed"],
  ["queued", "cancel", "cancelled"],
  ["queued", "expire", "expired"],
  ["queued", "interrupt", "interrupted"],
  ["delivered", "start", "running"],
  ["delivered", "fail", "failed"],
  ["delivered", "cancel", "cancelled"],
  ["delivered", "expire", "expired"],
  ["delivered", "interrupt", "interrupted"],
  ["running", "retry", "delivered"],
  ["running", "succeed", "succeeded"],
  ["running", "fail", "failed"],
  ["running", "time-out", "timed-out"],
  ["running", "cancel", "cancelled"],
  ["running", "interrupt", "interrupted"],
  ["succeeded", "verify", "verified"],
];

describe("the states of an execution", () => {
  for (const state of JOB_STATES) {
    test.each(JOB_EVENTS.map((event) => [event]))(`${state}, %s`, (event) => {
      const step = STEPS.find(([from, on]) => from === state && on === event);
      if (step === undefined)
        expect(next(state, event)).toMatchObject({ ok: false, refusal: { code: "job.wrong-state" } });
      else expect(next(state, event)).toEqual({ ok: true, value: step[2] });
    });
  }

  test("whatever happens, it ends at most once, and an end stays but for being verified", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...JOB_EVENTS), { maxLength: 60 }), (events) => {
        let state: JobState = "queued";
        const ends: JobState[] = [];
        for (const event of events) {
          const step = next(state, event);
          if (!step.ok) continue;
          expect(canFollow(state, step.value)).toBe(true);
          state = step.value;
          if (hasEnded(state)) ends.push(state);
        }
        expect([[], ["succeeded", "verified"], ...ends.slice(0, 1).map((end) => [end])]).toContainEqual(ends);
      }),
    );
  });

  test("an end is a success, a failure, or what somebody wanted", () => {
    expect(JOB_STATES.filter(hasEnded).filter(isSuccess)).toEqual(["succeeded", "verified"]);
    expect(JOB_STATES.filter(isFailure)).toEqual(["failed", "timed-out", "expired", "interrupted"]);
    expect(JOB_STATES.filter((state) => !hasEnded(state))).toEqual(["queued", "delivered", "running"]);
  });

  test("a word that leaves steps out is believed, one that goes back out of an end is not", () => {
    expect(canFollow("queued", "verified")).toBe(true);
    expect(canFollow("running", "delivered")).toBe(true);
    expect(canFollow("running", "queued")).toBe(false);
    expect(canFollow("delivered", "delivered")).toBe(true);
    for (const end of JOB_STATES.filter(hasEnded))
      for (const to of JOB_STATES) expect(canFollow(end, to)).toBe(end === "succeeded" && to === "verified");
  });
});
