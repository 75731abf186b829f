import type { SimulationSet } from "../../protocol/log/downlog/simulation-set.ts";
import type { SimulationTable } from "../database/simulation-tables.ts";

/** The entry that tells a gateway what is wanted of its simulated devices. */
export function simulationEntry(
  row: Pick<SimulationTable, "run_id" | "scenario" | "faults" | "cleared" | "remove_devices">,
): SimulationSet {
  const { run_id: id, scenario } = row;
  return {
    kind: "simulation.set",
    run: id === null || scenario === null ? null : { id, scenario: JSON.parse(scenario) },
    faults: JSON.parse(row.faults),
    cleared: JSON.parse(row.cleared),
    removeDevices: row.remove_devices === 1,
  };
}
