import type { DeviceCounts, Site } from "../../protocol/sites/site.ts";
import type { StateWords } from "./states.ts";

/** The worst that is true of a site, as one state for its tile and its row. */
export function siteState(site: Pick<Site, "devices" | "gateway">): StateWords {
  const { devices, gateway } = site;
  if (gateway === null) return { shape: "dotted", word: "No gateway", tone: "offline" };
  if (!gateway.connected) return { shape: "ring", word: "Gateway offline", tone: "offline" };
  if (devices.total === 0) return { shape: "dotted", word: "No devices", tone: "offline" };
  if (devices.health.error > 0) return { shape: "square", word: "Error", tone: "error" };
  if (devices.connectivity.offline > 0) return { shape: "ring", word: "Device offline", tone: "offline" };
  if (devices.health.warning > 0) return { shape: "triangle", word: "Warning", tone: "warning" };
  if (devices.connectivity.late > 0) return { shape: "half", word: "Device late", tone: "warning" };
  if (devices.connectivity.never > 0) return { shape: "dotted", word: "Device never seen", tone: "offline" };
  return { shape: "disc", word: "All well", tone: "ok" };
}

const RANK = [
  "Error",
  "Gateway offline",
  "Device offline",
  "Warning",
  "Device late",
  "No gateway",
  "Device never seen",
  "No devices",
];

/** Sorts the worst sites first, equals by name. */
export function byWorst(a: Site, b: Site): number {
  return rank(a) - rank(b) || a.name.localeCompare(b.name, "en");
}

function rank(site: Site): number {
  const found = RANK.indexOf(siteState(site).word);
  return found === -1 ? RANK.length : found;
}

/**
 * What is wrong with a site's devices, in words, worst first: `1 error, 2 offline`. "" when nothing is. A device can
 * be counted twice, since health and connectivity are independent.
 */
export function troubles(devices: DeviceCounts): string {
  const parts: string[] = [];
  if (devices.health.error > 0) parts.push(`${devices.health.error} in error`);
  if (devices.connectivity.offline > 0) parts.push(`${devices.connectivity.offline} offline`);
  if (devices.health.warning > 0)
    parts.push(`${devices.health.warning} ${devices.health.warning === 1 ? "warning" : "warnings"}`);
  if (devices.connectivity.late > 0) parts.push(`${devices.connectivity.late} late`);
  if (devices.health.maintenance > 0) parts.push(`${devices.health.maintenance} in maintenance`);
  if (devices.connectivity.never > 0) parts.push(`${devices.connectivity.never} never seen`);
  return parts.join(", ");
}
