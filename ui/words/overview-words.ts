import type { Device } from "../../protocol/devices/device.ts";
import type { Gateway } from "../../protocol/gateways/gateway.ts";
import type { Overview } from "../../protocol/health/health.ts";
import type { Words } from "./catalogues.ts";
import { isReachable } from "./gateway-states.ts";
import { capital } from "./values.ts";

/** `54 of 60 devices online, 3 need attention`. */
export function overviewSentence({ overview: words }: Words, overview: Overview, attention: number): string {
  const { devices, sites } = overview;
  if (sites.total === 0) return words.noSites;
  if (devices.total === 0) return words.noDevices(sites.total);
  const { online } = seenNow(overview);
  return attention === 0
    ? words.allWell(online, devices.total)
    : words.needAttention(online, devices.total, attention);
}

/** How many devices are in which state, as far as that is known now: of sites that are cut off it is not. */
export function seenNow({ devices, cutOff }: Pick<Overview, "devices" | "cutOff">) {
  return {
    online: devices.connectivity.online - cutOff.devices.connectivity.online,
    offline: devices.connectivity.offline - cutOff.devices.connectivity.offline,
    errors: devices.health.error - cutOff.devices.health.error,
    warnings: devices.health.warning - cutOff.devices.health.warning,
  };
}

/** Why a device's health is what it is, in a sentence; "" while it is healthy or nothing is known. */
export function healthReason({ reasons }: Words, device: Pick<Device, "health" | "healthReasons">): string {
  return device.health === "healthy" ? "" : reasons.health(device.healthReasons[0] ?? "");
}

/** Why a device is not online, beginning in upper case; "" while it is. */
export function connectionReason(
  { devices, reasons }: Words,
  device: Pick<Device, "connectivity" | "connectivityReason" | "gatewayConnected">,
): string {
  if (!isReachable(device)) return devices.gatewayAway;
  if (device.connectivity === "online") return "";
  if (device.connectivity === "never") return devices.neverHeard;
  return capital(reasons.connection(device.connectivityReason ?? ""));
}

/** `11 of 12 gateways connected`. `gateways` is the page of them that is shown. */
export function gatewaysSentence(
  { gateways: words }: Words,
  gateways: readonly Pick<Gateway, "connected" | "revoked">[],
  total: number,
): string {
  if (total === 0) return words.noneYet;
  if (gateways.length < total) return words.counted(total);
  const wanted = gateways.filter((gateway) => !gateway.revoked);
  return words.connectedOf(wanted.filter((gateway) => gateway.connected).length, wanted.length);
}
