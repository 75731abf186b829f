import type { ScenarioInput } from "../scenario.ts";

/** A restaurant with its tills, kiosks, cold room and doors. The same as `scripts/scenarios/restaurant.toml`. */
export const restaurant: ScenarioInput = {
  name: "Cardiff Bay",
  seed: 2026,
  "time-zone": "Europe/London",
  opens: "00:00",
  closes: "00:00",
  devices: [
    {
      profile: "payment-terminal",
      "key-prefix": "till",
      names: ["Till 1", "Till 2", "Till 3", "Bar till", "Terrace till"],
      "interval-seconds": 3,
    },
    {
      profile: "kiosk",
      "key-prefix": "kiosk",
      names: ["Entrance kiosk", "Hall kiosk"],
      "interval-seconds": 4,
    },
    {
      profile: "thermostat",
      "key-prefix": "thermostat",
      names: ["Dining room", "Bar"],
      "interval-seconds": 5,
    },
    {
      profile: "thermostat",
      "key-prefix": "fridge",
      names: ["Walk-in fridge"],
      "interval-seconds": 5,
      config: {
        mode: "cool",
        setpoint: 3.5,
      },
    },
    {
      profile: "door-sensor",
      "key-prefix": "door",
      names: ["Front door", "Kitchen door", "Delivery door"],
      "interval-seconds": 4,
    },
    {
      profile: "energy-meter",
      "key-prefix": "meter",
      names: ["Main meter", "Kitchen meter"],
      "interval-seconds": 2,
    },
  ],
};
