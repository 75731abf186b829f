import type { Fault } from "../fault.ts";

/** Whoever the device answers to does not accept its new configuration: a terminal's payment gateway, for one. */
export const configRejected: Fault = {
  what: "config-rejected",
  refuses: {
    "payment-config":
      "health check: the payment gateway rejected the configuration: this merchant is not enabled for the terminal",
    config: "health check: the configuration was rejected",
  },
  sickAfterwards: "CONFIG_REJECTED",
};
