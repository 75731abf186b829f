import type { Connectivity, Health } from "../../protocol/devices/device.ts";
import type { Provenance } from "../../protocol/devices/provenance.ts";
import type { BrowserWords, Words } from "./catalogues.ts";

/** A state is shown by a shape, a word and a colour together, never by colour alone. */
export type Shape = "disc" | "half" | "ring" | "dotted" | "triangle" | "square" | "diamond";
export type Tone = "ok" | "warning" | "error" | "offline" | "info";

export interface StateWords {
  shape: Shape;
  word: string;
  tone: Tone;
}

type Look = Omit<StateWords, "word">;

const CONNECTIVITY_LOOKS: Record<Connectivity, Look> = {
  online: { shape: "disc", tone: "ok" },
  late: { shape: "half", tone: "warning" },
  offline: { shape: "ring", tone: "offline" },
  never: { shape: "dotted", tone: "offline" },
};

const HEALTH_LOOKS: Record<Health, Look> = {
  healthy: { shape: "disc", tone: "ok" },
  warning: { shape: "triangle", tone: "warning" },
  error: { shape: "square", tone: "error" },
  maintenance: { shape: "diamond", tone: "info" },
  unknown: { shape: "dotted", tone: "offline" },
};

export function connectivityState({ states }: BrowserWords, of: Connectivity): StateWords {
  return { ...CONNECTIVITY_LOOKS[of], word: states.connectivity[of] };
}

export function healthState({ states }: BrowserWords, of: Health): StateWords {
  return { ...HEALTH_LOOKS[of], word: states.health[of] };
}

/** The name of what may be simulated, where only a text has room. */
export function markedName({ states }: Words, of: { name: string; provenance: Provenance }): string {
  return of.provenance === "simulated" ? states.simulatedName(of.name) : of.name;
}

/** What there is to say of a device whose gateway is not connected. */
export function notKnown({ states }: BrowserWords): StateWords {
  return { shape: "ring", word: states.notKnown, tone: "offline" };
}

export interface DeviceState {
  connectivity: Connectivity;
  health: Health;
}

/** Online and healthy: what "5 of 5" counts. */
export function isFine(state: DeviceState): boolean {
  return state.connectivity === "online" && state.health === "healthy";
}
