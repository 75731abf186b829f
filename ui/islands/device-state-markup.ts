import type { Device } from "../../protocol/devices/device.ts";
import { stateMarkup } from "../components/state-markup.tsx";
import { element } from "../layout/markup.ts";
import type { Words } from "../words/catalogues.ts";
import { connectivityState, healthState, isReachable, notKnown, type StateWords } from "../words/words.ts";
import type { IslandName } from "./names.ts";

/**
 * The islands of a device's states as markup, for rows of which there are hundreds: what `Island` makes of
 * `DeviceConnectivity` and `DeviceHealth`, which render them again in the browser.
 */

/** What is known of its connection; while its gateway is not connected, that nothing is. */
export function connectivityMarkup(words: Words, device: Device): string {
  if (!isReachable(device)) return stateMarkup(notKnown(words));
  const { connectivity, connectivityReason } = device;
  const reason = connectivityReason === null ? null : words.reasons.connection(connectivityReason);
  return island("device-connectivity", device, reason, connectivityState(words, connectivity));
}

/** The same of its health: what it was when its gateway was last heard is not what it is. */
export function healthMarkup(words: Words, device: Device): string {
  if (!isReachable(device)) return stateMarkup(notKnown(words));
  const [why] = device.healthReasons;
  const reason = why === undefined ? null : words.reasons.health(why);
  return island("device-health", device, reason, healthState(words, device.health));
}

function island(
  name: IslandName,
  { id, connectivity, health }: Device,
  reason: string | null,
  state: StateWords,
): string {
  const props = JSON.stringify({ id, connectivity, health, reason });
  return element("x-island", { name, props }, stateMarkup(state, reason ?? undefined));
}
