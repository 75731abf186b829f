import type { ScenarioInput } from "../scenario.ts";

/** Five terminals, one of which its payment gateway rejects until the cause is taken away. The same as `scripts/scenarios/payment-rollout.toml`. */
export const paymentRollout: ScenarioInput = {
  name: "Payment rollout",
  seed: 5,
  "time-zone": "Europe/London",
  opens: "00:00",
  closes: "00:00",
  devices: [
    {
      profile: "payment-terminal",
      "key-prefix": "terminal",
      names: ["Terminal 1", "Terminal 2", "Terminal 3", "Bar terminal", "Terrace terminal"],
      "interval-seconds": 3,
      config: {
        paymentGateway: "https://old.pay.example",
        merchantId: "M-1001",
      },
    },
  ],
  fault: [
    {
      what: "config-rejected",
      which: "terminal-4",
    },
  ],
};
