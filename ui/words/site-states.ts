import type { WallSite } from "../../protocol/health/health.ts";
import type { DeviceCounts } from "../../protocol/sites/site.ts";
import type { Words } from "./catalogues.ts";
import type { SiteWords } from "./english/sites.ts";
import type { StateWords } from "./states.ts";

type SiteState = keyof SiteWords["states"];

/** From the worst to the best. */
const LOOKS: Record<SiteState, Omit<StateWords, "word">> = {
  error: { shape: "square", tone: "error" },
  gatewayOffline: { shape: "ring", tone: "offline" },
  deviceOffline: { shape: "ring", tone: "offline" },
  warning: { shape: "triangle", tone: "warning" },
  deviceLate: { shape: "half", tone: "warning" },
  noGateway: { shape: "dotted", tone: "offline" },
  neverSeen: { shape: "dotted", tone: "offline" },
  noDevices: { shape: "dotted", tone: "offline" },
  well: { shape: "disc", tone: "ok" },
};

function worstOf({ devices, gateway }: Pick<WallSite, "devices" | "gateway">): SiteState {
  if (gateway === null) return "noGateway";
  if (!gateway.connected) return "gatewayOffline";
  if (devices.total === 0) return "noDevices";
  if (devices.health.error > 0) return "error";
  if (devices.connectivity.offline > 0) return "deviceOffline";
  if (devices.health.warning > 0) return "warning";
  if (devices.connectivity.late > 0) return "deviceLate";
  return devices.connectivity.never > 0 ? "neverSeen" : "well";
}

/** The worst that is true of a site, as one state for its tile and its row. */
export function siteState({ sites }: Words, site: Pick<WallSite, "devices" | "gateway">): StateWords {
  const worst = worstOf(site);
  return { ...LOOKS[worst], word: sites.states[worst] };
}

export interface SiteWithState {
  site: WallSite;
  state: StateWords;
}

/** Sites with their states, the worst first, equals by name. */
export function worstFirst({ sites: { states } }: Words, sites: readonly WallSite[]): SiteWithState[] {
  const byState = new Map<SiteState, WallSite[]>(STATES.map((state) => [state, []]));
  for (const site of sites) byState.get(worstOf(site))?.push(site);
  return [...byState].flatMap(([worst, those]) => {
    const state = { ...LOOKS[worst], word: states[worst] };
    return those.sort((a, b) => NAMES.compare(a.name, b.name)).map((site) => ({ site, state }));
  });
}

const STATES = Object.keys(LOOKS) as SiteState[];
/** Made once: a comparison of its own for each pair is what sorting a thousand sites would take its time for. */
const NAMES = new Intl.Collator("en");

/**
 * What is wrong with a site's devices, in words, worst first: `1 error, 2 offline`. "" when nothing is. A device can
 * be counted twice, since health and connectivity are independent.
 */
export function troubles(
  { sites: { troubles: words } }: Words,
  { health, connectivity }: DeviceCounts,
): string {
  const counts = [
    [health.error, words.error],
    [connectivity.offline, words.offline],
    [health.warning, words.warning],
    [connectivity.late, words.late],
    [health.maintenance, words.maintenance],
    [connectivity.never, words.never],
  ] as const;
  return counts
    .filter(([count]) => count > 0)
    .map(([count, say]) => say(count))
    .join(", ");
}
