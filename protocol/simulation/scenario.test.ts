import { describe, expect, test } from "bun:test";
import { check } from "../validate.ts";
import { scenarioSchema } from "./scenario.ts";

const TILLS = { profile: "payment-terminal", "key-prefix": "till", count: 2 };
const SCENARIO = { name: "Test", seed: 1, devices: [TILLS] };

/** What is wrong with a scenario, by field. */
function errorsOf(input: unknown): Record<string, string> {
  const checked = check(scenarioSchema, input);
  const errors = checked.ok ? [] : (checked.refusal.errors ?? []);
  return Object.fromEntries(errors.map(({ path, message }) => [path, message]));
}

describe("a scenario", () => {
  test("gives what is left out a default, and a counted device a name", () => {
    expect(check(scenarioSchema, SCENARIO)).toEqual({
      ok: true,
      value: {
        name: "Test",
        seed: 1,
        "time-zone": "UTC",
        opens: "08:00",
        closes: "22:00",
        devices: [
          {
            profile: "payment-terminal",
            "key-prefix": "till",
            names: ["Payment terminal 1", "Payment terminal 2"],
            "interval-seconds": 5,
            config: {},
          },
        ],
        fault: [],
      },
    });
  });

  test("names every field at fault, and the one that was probably meant", () => {
    const group = { ...TILLS, profile: "toaster", "key-prefix": "-", "interval-second": 1, count: 0 };
    expect(
      errorsOf({ seed: 1.5, "time-zone": "Mars/Base", opens: "8", name: " ", devices: [group] }),
    ).toEqual({
      name: "must not be empty",
      seed: "must be a whole number",
      "time-zone": "must be a time zone such as Europe/London",
      opens: "must be a time of day such as 08:30",
      "devices.0.profile": expect.stringContaining("must be one of payment-terminal, "),
      "devices.0.key-prefix": expect.stringContaining("must start with a letter or digit"),
      "devices.0.count": "must be at least 1",
      "devices.0.interval-second": "is not known here; did you mean interval-seconds?",
    });
    expect(errorsOf({ ...SCENARIO, sede: 2 })).toEqual({ sede: "is not known here; did you mean seed?" });
    expect(errorsOf({ name: "Test" })).toEqual({ seed: "is missing", devices: "is missing" });
    expect(errorsOf({ ...SCENARIO, devices: [1] })).toEqual({ "devices.0": "must be a table" });
    expect(errorsOf({ ...SCENARIO, devices: [] })).toEqual({
      devices: "needs at least one group of devices",
    });
  });

  test("takes names or a count, a prefix once, and devices up to a bound", () => {
    const devices = (...groups: object[]) => errorsOf({ ...SCENARIO, devices: groups });
    const { count: _, ...uncounted } = TILLS;
    expect(devices(uncounted)).toEqual({ "devices.0": "needs either names or a count" });
    expect(devices({ ...TILLS, names: ["Till"] })).toEqual({ "devices.0": "needs either names or a count" });
    expect(devices({ ...uncounted, names: [] })).toEqual({ "devices.0.names": "names nobody" });
    expect(devices(TILLS, TILLS)).toEqual({ "devices.1": "has the key-prefix of an earlier group" });
    expect(devices({ ...TILLS, count: 10_000 })).toEqual({});
    expect(devices({ ...TILLS, count: 2 ** 50 })).toEqual({ devices: "has more than 10000 devices" });
  });
});
