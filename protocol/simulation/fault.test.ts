import { describe, expect, test } from "bun:test";
import { check } from "../validate.ts";
import { anyMeans, faultInputSchema, means, spanMs } from "./fault.ts";
import { scenarioSchema } from "./scenario.ts";

const SCENARIO = {
  name: "Test",
  seed: 1,
  devices: [{ profile: "payment-terminal", "key-prefix": "till", count: 2 }],
};

/** What is wrong with the faults of a scenario, by field. */
function errorsOf(...fault: unknown[]): Record<string, string> {
  const checked = check(scenarioSchema, { ...SCENARIO, fault });
  const errors = checked.ok ? [] : (checked.refusal.errors ?? []);
  return Object.fromEntries(errors.map(({ path, message }) => [path, message]));
}

describe("the faults of a scenario", () => {
  test("begin with it and last until they are taken away, where nothing else is said", () => {
    const fault = [{ what: "offline", which: "till-2" }];
    expect(check(scenarioSchema, { ...SCENARIO, fault })).toMatchObject({
      ok: true,
      value: { fault: [{ what: "offline", which: ["till-2"], when: "0s" }] },
    });
  });

  test("are read as they were written", () => {
    const fault = [{ what: "slow", which: ["till-*"], when: "90s", until: "1.5h", seconds: 3 }];
    const read = check(scenarioSchema, { ...SCENARIO, fault });
    expect(read.ok && check(scenarioSchema, read.value)).toEqual(read);
  });

  test("are refused with the field at fault", () => {
    expect(errorsOf({ what: "tired", which: "till-1" })).toEqual({
      "fault.0.what": expect.stringContaining("must be one of offline, "),
    });
    expect(errorsOf({ what: "offline", which: "till-3" })).toEqual({
      "fault.0.which": "names no device of the scenario",
    });
    expect(errorsOf({ what: "offline", which: "*", when: "5m", until: "300s" })).toEqual({
      "fault.0.until": "must be later than when",
    });
    expect(errorsOf({ what: "offline", which: "*", when: "soon" })).toEqual({
      "fault.0.when": "must be a time such as 90s or 5m",
    });
    expect(errorsOf({ what: "offline", which: "*", seconds: 4 })).toEqual({
      "fault.0.seconds": "means nothing to offline, which has no time of its own",
    });
    expect(errorsOf({ what: "slow", which: "*", seconds: 0 })).toEqual({
      "fault.0.seconds": "must be at least 1",
    });
    expect(errorsOf({ what: "offline", which: "*", untill: "1s" })).toEqual({
      "fault.0.untill": "is not known here; did you mean until?",
    });
    expect(errorsOf({ what: "offline", which: [] })).toEqual({ "fault.0.which": "names no device" });
  });
});

test("a clock may be behind", () => {
  expect(check(faultInputSchema, { what: "clock-skew", which: ["a"], seconds: -90 }).ok).toBe(true);
});

test("a time of a scenario is a number with its unit", () => {
  expect(["250ms", "90s", "2.5m", "1h", "2d"].map(spanMs)).toEqual([
    250, 90_000, 150_000, 3_600_000, 172_800_000,
  ]);
});

test("a pattern means the device it names, and * anything", () => {
  expect(["till-1", "till-*", "*", "*-1", "t*l*1"].map((pattern) => means(pattern, "till-1"))).not.toContain(
    false,
  );
  expect(
    ["till-11", "till", "t.ll-1", "*-2", "kiosk-*"].map((pattern) => means(pattern, "till-1")),
  ).not.toContain(true);
  expect(anyMeans(["kiosk-*", "till-1"], "till-1")).toBe(true);
});
