import type { ScenarioInput } from "../scenario.ts";

/** A thousand devices of every kind, for measuring what they cost. The same as `scripts/scenarios/thousand.toml`. */
export const thousand: ScenarioInput = {
  name: "Thousand devices",
  seed: 1000,
  "time-zone": "Europe/London",
  opens: "00:00",
  closes: "00:00",
  devices: [
    {
      profile: "payment-terminal",
      "key-prefix": "till",
      count: 150,
    },
    {
      profile: "kiosk",
      "key-prefix": "kiosk",
      count: 100,
    },
    {
      profile: "thermostat",
      "key-prefix": "thermostat",
      count: 200,
    },
    {
      profile: "door-sensor",
      "key-prefix": "door",
      count: 200,
    },
    {
      profile: "energy-meter",
      "key-prefix": "meter",
      count: 150,
    },
    {
      profile: "camera",
      "key-prefix": "camera",
      count: 100,
    },
    {
      profile: "controller",
      "key-prefix": "controller",
      count: 100,
    },
  ],
};
