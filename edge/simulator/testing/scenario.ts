import { PROFILES, type Scenario } from "../../../protocol/simulation/scenario.ts";
import type { DeviceRun } from "../device-run.ts";
import { devicesOf } from "../simulator.ts";

/** Two devices of each kind, in a place that is open from eight to ten. */
export function testScenario(changed: Partial<Scenario> = {}): Scenario {
  return {
    name: "Test",
    seed: 7,
    "time-zone": "Europe/London",
    opens: "08:00",
    closes: "22:00",
    devices: PROFILES.map((profile) => ({
      profile,
      "key-prefix": profile,
      names: [`${profile} A`, `${profile} B`],
      "interval-seconds": 0.1,
      config: {},
    })),
    fault: [],
    ...changed,
  };
}

export function runOf(key: string, scenario = testScenario()): DeviceRun {
  const run = devicesOf(scenario).find((device) => device.key === key);
  if (run === undefined) throw new Error(`the scenario has no ${key}`);
  return run;
}
