import type { Fault } from "../fault.ts";

/** A new firmware does not come up on it: it goes back to the one it had. */
export const firmwareFails: Fault = {
  what: "firmware-fails",
  refuses: { firmware: "health check: the new firmware did not start within 30 s" },
};
