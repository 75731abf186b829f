import type { Device } from "../../protocol/devices/device.ts";
import { describeSkew } from "../../protocol/gateways/clock-skew.ts";
import type { Gateway } from "../../protocol/gateways/gateway.ts";
import type { ClockCorrection } from "../../protocol/telemetry/series.ts";
import type { StateWords } from "./states.ts";

/** A gateway's connection to the cloud as a state. */
export function gatewayState(gateway: Pick<Gateway, "connected" | "revoked" | "connectedAt">): StateWords {
  if (gateway.revoked) return { shape: "square", word: "Revoked", tone: "error" };
  if (gateway.connected) return { shape: "disc", word: "Connected", tone: "ok" };
  if (gateway.connectedAt === null) return { shape: "dotted", word: "Never connected", tone: "offline" };
  return { shape: "ring", word: "Offline", tone: "offline" };
}

/** Whether what is said of a device is of now: its gateway is connected, or it was never heard of anyway. */
export function isReachable(device: Pick<Device, "gatewayConnected" | "connectivity">): boolean {
  return device.gatewayConnected || device.connectivity === "never";
}

/** What there is to say of a device whose gateway is not connected. */
export const GATEWAY_AWAY: StateWords = { shape: "ring", word: "Not known", tone: "offline" };

/** `Clock 2 h 3 min behind`, or null while it is right or not measured. */
export function skewWords(skewMs: number | null): string | null {
  const skew = describeSkew(skewMs);
  return skew === null ? null : `Clock ${skew}`;
}

/** What follows from a clock that is off, and what to do. */
export const CLOCK_ADVICE = "Readings are shown at corrected times. Check NTP on the gateway.";

/** What it means that entries are gone. */
export const FORGOTTEN_WORDS =
  "This cloud was restored from a backup, and the gateway no longer held these. What devices are now was told anew.";

/** Below a chart: whose times are corrected; null when none are. */
export function correctionWords(corrected: readonly ClockCorrection[] | undefined): string | null {
  const skews = (corrected ?? []).map(({ skewMs }) => describeSkew(skewMs)).filter((skew) => skew !== null);
  return skews.length === 0 ? null : `Times are corrected: the gateway's clock was ${skews.join(", then ")}.`;
}
