import type { Device } from "../../protocol/devices/device.ts";
import type { Gateway } from "../../protocol/gateways/gateway.ts";
import type { Overview } from "../../protocol/health/health.ts";
import { typesTogether } from "./device-types.ts";
import { isReachable } from "./gateway-states.ts";
import { counted, formatCount } from "./numbers.ts";
import { type DeviceState, isFine } from "./states.ts";
import { capital } from "./values.ts";

/** Titles are sentences with the state in them, so that the tab and the screen reader say it too. */

/**
 * `4 of 5 terminals healthy`; with nothing to count, `no devices yet`. While the health of some is not known, it says
 * how many are online instead: that is known.
 */
export function healthyOf(devices: readonly (DeviceState & { type: string })[]): string {
  if (devices.length === 0) return "no devices yet";
  const noun = typesTogether(devices.map((device) => device.type));
  if (devices.some((device) => device.health === "unknown" && device.connectivity === "online")) {
    const online = devices.filter((device) => device.connectivity === "online").length;
    return `${online} of ${devices.length} ${noun} online`;
  }
  return `${devices.filter(isFine).length} of ${devices.length} ${noun} healthy`;
}

/** `54 of 60 devices online, 3 need attention`. */
export function overviewSentence(overview: Overview, attention: number): string {
  const { devices, sites } = overview;
  if (sites.total === 0) return "No sites yet";
  if (devices.total === 0) return `${counted(sites.total, "site")}, no devices yet`;
  const online = `${formatCount(devices.connectivity.online)} of ${counted(devices.total, "device")} online`;
  if (attention === 0) return `${online}, all is well`;
  return `${online}, ${attention === 1 ? "1 needs" : `${formatCount(attention)} need`} attention`;
}

/** `Till 3 is online and healthy`, `Till 3 is offline`; of neither anybody knows while its gateway is not connected. */
export function deviceSentence(name: string, state: DeviceState, gatewayConnected = true): string {
  if (state.connectivity === "never") return `${name} has not been heard from yet`;
  if (!gatewayConnected) return `${name}: its gateway is not connected`;
  const where = { online: "online", late: "late", offline: "offline" }[state.connectivity];
  switch (state.health) {
    case "healthy":
      return state.connectivity === "online" ? `${name} is online and healthy` : `${name} is ${where}`;
    case "error":
      return `${name} is ${where} with an error`;
    case "warning":
      return `${name} is ${where} with a warning`;
    case "maintenance":
      return `${name} is ${where}, in maintenance`;
    case "unknown":
      return `${name} is ${where}`;
  }
}

/** Why a device's health is what it is, in a sentence; "" while it is healthy or nothing is known. */
export function healthReason(device: Pick<Device, "health" | "healthReasons">): string {
  return device.health === "healthy" ? "" : (device.healthReasons[0] ?? "");
}

/** Why a device is not online, beginning in upper case; "" while it is. */
export function connectionReason(
  device: Pick<Device, "connectivity" | "connectivityReason" | "gatewayConnected">,
): string {
  if (!isReachable(device)) return "Its gateway is not connected";
  if (device.connectivity === "online") return "";
  if (device.connectivity === "never") return "Registered, and not heard from since";
  return capital(device.connectivityReason ?? "");
}

/** `11 of 12 gateways connected`. `gateways` is the page of them that is shown. */
export function gatewaysSentence(
  gateways: readonly Pick<Gateway, "connected" | "revoked">[],
  total: number,
): string {
  if (total === 0) return "No gateways yet";
  if (gateways.length < total) return counted(total, "gateway");
  const wanted = gateways.filter((gateway) => !gateway.revoked);
  const connected = wanted.filter((gateway) => gateway.connected).length;
  return `${formatCount(connected)} of ${counted(wanted.length, "gateway")} connected`;
}
