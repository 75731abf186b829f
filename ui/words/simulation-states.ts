import type { Simulation } from "../../protocol/simulation/simulation.ts";
import type { Words } from "./catalogues.ts";
import type { StateWords } from "./states.ts";

const LOOKS = {
  waiting: { tone: "warning", shape: "half" },
  running: { tone: "ok", shape: "disc" },
  stopped: { tone: "offline", shape: "ring" },
  failed: { tone: "error", shape: "square" },
} as const;

/** How a simulation is: what people want of it, and what its gateway has told of that. */
export function simulationStateOf({
  wanted,
  reported,
}: Pick<Simulation, "wanted" | "reported">): keyof typeof LOOKS {
  if (wanted === "stopped") return "stopped";
  return reported === null || reported.state === "stopped" ? "waiting" : reported.state;
}

export function simulationState(
  { simulation }: Words,
  of: Pick<Simulation, "wanted" | "reported">,
): StateWords {
  const state = simulationStateOf(of);
  return { ...LOOKS[state], word: simulation.stateOf[state] };
}

/** The title of its page. */
export function simulationSentence({ simulation: words }: Words, simulation: Simulation): string {
  const { siteName, reported } = simulation;
  switch (simulationStateOf(simulation)) {
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
