import { expect, test } from "bun:test";
import type { Conduct } from "../../protocol/devices/conduct.ts";
import { healthOf } from "./health-rules.ts";

const health = (latest: Record<string, unknown>) => healthOf(new Map(Object.entries(latest)), true);

test("a device that was never heard is unknown, and that is said", () => {
  expect(healthOf(new Map([["fault", true]]), false)).toEqual({
    health: "unknown",
    reasons: ["It has not sent any measurement yet."],
  });
});

test.each([
  [{}, "healthy"],
  [{ temperature: 900 }, "healthy"],
  [{ errorCode: 0, fault: false, battery: 20 }, "healthy"],
  [{ errorCode: "", fault: "none" }, "healthy"],
  [{ battery: 19.9 }, "warning"],
  [{ battery: 4.9 }, "error"],
  [{ errorCode: 17 }, "error"],
  [{ errorCode: "E17", battery: 10 }, "error"],
  [{ fault: true }, "error"],
  [{ battery: "low" }, "healthy"],
])("%p is %s", (latest, expected) => {
  expect(health(latest).health as string).toBe(expected);
});

test("every reason is given, in sentences", () => {
  expect(health({ errorCode: "E17", fault: "door open", battery: 12.34 }).reasons).toEqual([
    "It reports error E17.",
    "It reports a fault: door open.",
    "Its battery is at 12.3 %; below 20 % it should be charged or changed.",
  ]);
  expect(health({ fault: true, battery: 1 }).reasons).toEqual([
    "It reports a fault.",
    "Its battery is at 1 %.",
  ]);
});

test("how it behaves towards its gateway is a part of its health", () => {
  const refused = {
    of: 20,
    code: "payload.invalid",
    reason: "temperature: must be a finite number",
    topic: "t",
  };
  const of = (conduct: Conduct, everHeard = true) => healthOf(new Map(), everHeard, conduct);
  expect(of({})).toEqual({ health: "healthy", reasons: [] });
  expect(of({ refused: { ...refused, count: 3 } })).toEqual({
    health: "warning",
    reasons: ["3 of its last 20 messages were refused: temperature: must be a finite number."],
  });
  expect(of({ refused: { ...refused, count: 10 } }).health).toBe("error");
  expect(of({ refused: { ...refused, count: 20 } }).reasons).toEqual([
    "All of its last 20 messages were refused: temperature: must be a finite number.",
  ]);
  expect(of({ refused: { ...refused, count: 1, of: 1 } })).toEqual({
    health: "warning",
    reasons: ["Its last message was refused: temperature: must be a finite number."],
  });
  const slow = { tookMs: 4_230, expectedMs: 1_000, answered: true };
  expect(of({ slow, clock: { aheadMs: 3_600_000 } })).toEqual({
    health: "warning",
    reasons: [
      "It answers in 4.2 s, expected within 1 s.",
      "Its clock is 1 h ahead, and so are the times of its measurements.",
    ],
  });
  expect(of({ slow: { tookMs: 180_000, expectedMs: 1_000, answered: false } }).reasons).toEqual([
    "It has not answered for 3 min, expected within 1 s.",
  ]);
  expect(of({ refused: { ...refused, count: 2, of: 2 } }, false)).toEqual({
    health: "unknown",
    reasons: [
      "It has not sent any measurement yet.",
      "All of its last 2 messages were refused: temperature: must be a finite number.",
    ],
  });
});
