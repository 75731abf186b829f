import type { Device } from "../../protocol/devices/device.ts";
import type { Gateway } from "../../protocol/gateways/gateway.ts";
import type { Words } from "./catalogues.ts";
import type { StateWords } from "./states.ts";

/** A gateway's connection to the cloud as a state. */
export function gatewayState(
  { gateways }: Words,
  gateway: Pick<Gateway, "connected" | "revoked" | "connectedAt">,
): StateWords {
  if (gateway.revoked) return { shape: "square", word: gateways.revoked, tone: "error" };
  if (gateway.connected) return { shape: "disc", word: gateways.connected, tone: "ok" };
  if (gateway.connectedAt === null)
    return { shape: "dotted", word: gateways.neverConnected, tone: "offline" };
  return { shape: "ring", word: gateways.offline, tone: "offline" };
}

/** Whether what is said of a device is of now: its gateway is connected, or it was never heard of anyway. */
export function isReachable(device: Pick<Device, "gatewayConnected" | "connectivity">): boolean {
  return device.gatewayConnected || device.connectivity === "never";
}
