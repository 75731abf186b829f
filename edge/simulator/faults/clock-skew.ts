import { SECOND } from "../../../protocol/units.ts";
import type { Fault } from "../fault.ts";

/** Its clock is wrong, and so is the time of what it measures. */
export const clockSkew: Fault = {
  what: "clock-skew",
  clockAheadMs: ({ seconds }) => seconds * SECOND,
};
