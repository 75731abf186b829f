import type { Gateway } from "../../protocol/gateways/gateway.ts";
import { duration } from "./relative-time.ts";
import type { StateWords } from "./states.ts";

/** A gateway's connection to the cloud as a state. */
export function gatewayState(gateway: Pick<Gateway, "connected" | "revoked" | "connectedAt">): StateWords {
  if (gateway.revoked) return { shape: "square", word: "Revoked", tone: "error" };
  if (gateway.connected) return { shape: "disc", word: "Connected", tone: "ok" };
  if (gateway.connectedAt === null) return { shape: "dotted", word: "Never connected", tone: "offline" };
  return { shape: "ring", word: "Offline", tone: "offline" };
}

/** A clock that is off by less is nobody's concern. */
const SKEW_SHOWN_MS = 2_000;

/** `Clock 4 min ahead`, or null while it is right or not measured. */
export function skewWords(skewMs: number | null): string | null {
  if (skewMs === null || Math.abs(skewMs) < SKEW_SHOWN_MS) return null;
  return `Clock ${duration(Math.abs(skewMs))} ${skewMs > 0 ? "ahead" : "behind"}`;
}
