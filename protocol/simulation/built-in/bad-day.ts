import type { ScenarioInput } from "../scenario.ts";

/** Everything that goes wrong in the field, on one site within half an hour. The same as `scripts/scenarios/bad-day.toml`. */
export const badDay: ScenarioInput = {
  name: "Bad day",
  seed: 13,
  "time-zone": "Europe/London",
  opens: "00:00",
  closes: "00:00",
  devices: [
    {
      profile: "payment-terminal",
      "key-prefix": "till",
      count: 6,
      "interval-seconds": 3,
    },
    {
      profile: "kiosk",
      "key-prefix": "kiosk",
      count: 2,
    },
    {
      profile: "thermostat",
      "key-prefix": "thermostat",
      count: 2,
    },
    {
      profile: "door-sensor",
      "key-prefix": "door",
      count: 3,
    },
    {
      profile: "energy-meter",
      "key-prefix": "meter",
      count: 1,
    },
    {
      profile: "camera",
      "key-prefix": "camera",
      count: 2,
    },
    {
      profile: "controller",
      "key-prefix": "ventilation",
      count: 1,
    },
  ],
  fault: [
    {
      what: "slow",
      which: "till-1",
      when: "30s",
    },
    {
      what: "flapping",
      which: ["till-2", "camera-1"],
      when: "1m",
      until: "15m",
    },
    {
      what: "battery-decay",
      which: "door-3",
      when: "1m",
      seconds: 480,
    },
    {
      what: "wrong-payloads",
      which: "thermostat-2",
      when: "2m",
      until: "20m",
    },
    {
      what: "disk-full",
      which: "kiosk-2",
      when: "3m",
    },
    {
      what: "clock-skew",
      which: "meter-1",
      when: "4m",
      until: "12m",
      seconds: -600,
    },
    {
      what: "config-rejected",
      which: "till-5",
      when: "5m",
    },
    {
      what: "firmware-fails",
      which: "till-6",
      when: "5m",
    },
    {
      what: "offline",
      which: "till-3",
      when: "5m",
      until: "25m",
    },
    {
      what: "reconnect-storm",
      which: "*",
      when: "10m",
      until: "13m",
    },
  ],
};
