import type { Connectivity, Health } from "../../protocol/devices/device.ts";

/** A state is shown by a shape, a word and a colour together, never by colour alone. */
export type Shape = "disc" | "half" | "ring" | "dotted" | "triangle" | "square" | "diamond";
export type Tone = "ok" | "warning" | "error" | "offline" | "info";

export interface StateWords {
  shape: Shape;
  word: string;
  tone: Tone;
}

export const CONNECTIVITY_WORDS: Record<Connectivity, StateWords> = {
  online: { shape: "disc", word: "Online", tone: "ok" },
  late: { shape: "half", word: "Late", tone: "warning" },
  offline: { shape: "ring", word: "Offline", tone: "offline" },
  never: { shape: "dotted", word: "Never seen", tone: "offline" },
};

export const HEALTH_WORDS: Record<Health, StateWords> = {
  healthy: { shape: "disc", word: "Healthy", tone: "ok" },
  warning: { shape: "triangle", word: "Warning", tone: "warning" },
  error: { shape: "square", word: "Error", tone: "error" },
  maintenance: { shape: "diamond", word: "Maintenance", tone: "info" },
  unknown: { shape: "dotted", word: "Unknown", tone: "offline" },
};

export interface DeviceState {
  connectivity: Connectivity;
  health: Health;
}

/** Online and healthy: what "5 of 5" counts. */
export function isFine(state: DeviceState): boolean {
  return state.connectivity === "online" && state.health === "healthy";
}
