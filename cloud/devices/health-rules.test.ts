import { expect, test } from "bun:test";
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
