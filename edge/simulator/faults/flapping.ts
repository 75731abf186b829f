import { SECOND } from "../../../protocol/units.ts";
import type { Fault } from "../fault.ts";

/** A loose plug: up for a while and away for as long, each device in its own time. */
export const flapping: Fault = {
  what: "flapping",
  isUp: ({ elapsedMs, seconds, phase }) => Math.floor(elapsedMs / (seconds * SECOND) + 2 * phase) % 2 === 1,
};
