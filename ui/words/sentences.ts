import type { BrowserWords } from "./catalogues.ts";
import { typesTogether } from "./device-types.ts";
import { type DeviceState, isFine } from "./states.ts";

/** Titles are sentences with the state in them, so that the tab and the screen reader say it too. */

/**
 * `4 of 5 terminals healthy`; with nothing to count, `no devices yet`. While the health of some is not known, it says
 * how many are online instead: that is known.
 */
export function healthyOf(words: BrowserWords, devices: readonly (DeviceState & { type: string })[]): string {
  const { states } = words;
  if (devices.length === 0) return states.noDevices;
  const noun = typesTogether(
    words,
    devices.map((device) => device.type),
  );
  if (devices.some((device) => device.health === "unknown" && device.connectivity === "online")) {
    const online = devices.filter((device) => device.connectivity === "online").length;
    return states.online(online, devices.length, noun);
  }
  return states.healthy(devices.filter(isFine).length, devices.length, noun);
}

/** `Till 3 is online and healthy`, `Till 3 is offline`; of neither anybody knows while its gateway is not connected. */
export function deviceSentence(
  { states: { device } }: BrowserWords,
  name: string,
  { connectivity, health }: DeviceState,
  gatewayConnected = true,
): string {
  if (connectivity === "never") return device.never(name);
  if (!gatewayConnected) return device.gatewayAway(name);
  if (health === "healthy" && connectivity === "online") return device.well(name);
  return device[health === "healthy" || health === "unknown" ? "plain" : health](
    name,
    device.where[connectivity],
  );
}
