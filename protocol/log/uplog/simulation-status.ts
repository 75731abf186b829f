import * as v from "valibot";
import { simulationReportEntries } from "../../simulation/simulation.ts";

/** How the gateway's simulation goes: told when it changes, and every now and then while the cloud is there to hear it. */
export const simulationStatus = v.object({
  kind: v.literal("simulation.status"),
  ...simulationReportEntries,
});
export type SimulationStatus = v.InferOutput<typeof simulationStatus>;
