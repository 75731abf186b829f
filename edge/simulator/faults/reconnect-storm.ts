import { SECOND } from "../../../protocol/units.ts";
import type { Fault } from "../fault.ts";

/** A share of each round that the switch is without power. */
const AWAY = 0.1;

/** A switch that reboots again and again: all are cut off at the same moment, and come back at the same moment. */
export const reconnectStorm: Fault = {
  what: "reconnect-storm",
  atOnce: true,
  isUp: ({ elapsedMs, seconds }) => (elapsedMs / (seconds * SECOND)) % 1 >= AWAY,
};
