import { SECOND } from "../../../protocol/units.ts";
import type { Fault } from "../fault.ts";
import { round } from "../signals.ts";

/** A worn battery: it empties in minutes, and then the device is dead until it gets another. */
export const batteryDecay: Fault = {
  what: "battery-decay",
  isDead: ({ elapsedMs, seconds, hasBattery }) => hasBattery && elapsedMs >= seconds * SECOND,
  values(values, { elapsedMs, seconds }) {
    if (typeof values.battery !== "number") return values;
    const left = Math.max(0, 1 - elapsedMs / (seconds * SECOND));
    return { ...values, battery: round(values.battery * left, 1) };
  },
};
