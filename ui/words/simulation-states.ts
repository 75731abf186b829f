import type { Simulation } from "../../protocol/simulation/simulation.ts";
import type { Words } from "./catalogues.ts";
import type { StateWords } from "./states.ts";

const LOOKS = {
  waiting: { tone: "warning", shape: "half" },
  running: { tone: "ok", shape: "disc" },
  stopped: { tone: "offline", shape: "ring" },
  failed: { tone: "error", shape: "square" },
  command: { tone: "ok", shape: "disc" },
} as const;

/**
 * How a simulation is: what people want of it, and what its gateway has told of that. `byCommand`: simulated devices online
 * where none was ever started from the cloud.
 */
export function simulationStateOf(
  { wanted, reported }: Pick<Simulation, "wanted" | "reported">,
  byCommand = 0,
): keyof typeof LOOKS {
  if (wanted === "stopped") return byCommand > 0 ? "command" : "stopped";
  return reported === null || reported.state === "stopped" ? "waiting" : reported.state;
}

export function simulationState(
  { simulation }: Words,
  of: Pick<Simulation, "wanted" | "reported">,
  byCommand = 0,
): StateWords {
  const state = simulationStateOf(of, byCommand);
  return { ...LOOKS[state], word: simulation.stateOf[state] };
}

/** The title of its page. */
export function simulationSentence(
  { simulation: words }: Words,
  simulation: Simulation,
  byCommand = 0,
): string {
  const { siteName, reported } = simulation;
  switch (simulationStateOf(simulation, byCommand)) {
    case "command":
      return words.byCommandAt(byCommand, siteName);
    case "waiting":
      return words.waitingTitle(siteName);
    case "stopped":
      return words.stoppedTitle(siteName);
    case "failed":
      return words.failedTitle(siteName);
    case "running":
      return words.connectedTitle(reported?.connected ?? 0, reported?.devices ?? 0);
  }
}
