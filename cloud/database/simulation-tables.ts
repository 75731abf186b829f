/** The tables of `cloud/simulation`. */
export interface SimulationTables {
  simulation: SimulationTable;
}

/** What is wanted of a gateway's simulated devices. `run_id` null: nothing; the rest is then of what ran last. */
export interface SimulationTable {
  gateway_id: string;
  organization_id: string;
  run_id: string | null;
  /** JSON of the scenario. */
  scenario: string | null;
  /** JSON: faults injected since the start, with their ids. */
  faults: string;
  /** JSON: ids of the scenario's faults that were taken away. */
  cleared: string;
  remove_devices: number;
  started_ms: number | null;
  /** Who started it, by the name they had then. */
  started_by: string | null;
  /** JSON of the gateway's last report. */
  report: string | null;
  report_ms: number | null;
}
