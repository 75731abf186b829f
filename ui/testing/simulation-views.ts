import type { Simulation } from "../../protocol/simulation/simulation.ts";
import { type LocalView, simulationListPage, simulationPage, simulationStartPage } from "../ui.ts";
import type { Estate } from "./fixtures.ts";
import { makeSimulation } from "./simulation-fixture.ts";

/** What made-up simulations show besides the made-up estate. */
export const SIMULATION_DATA = {
  names: ["Payment rollout", "terminal-4", "terminal-1", "terminal-2", "Ann"],
  troubles: ["terminal-2: not authorized", "till-2: a device is there already"],
};

const fine = { errors: [], problem: null };
const noFault = { what: "offline", which: "", seconds: "" };
const start = { site: "", scenario: "own", seed: "1", counts: { kiosk: "2" } };

/** The pages about simulated devices. */
export function simulationViews({ sites, devices }: Estate): Record<string, LocalView> {
  const [one, two, three] = sites as [Estate["sites"][0], Estate["sites"][0], Estate["sites"][0]];
  const simulation = makeSimulation(one);
  const some = { items: devices.slice(0, 3), nextCursor: "next", total: 5 };
  const away = { gatewayConnected: false, reported: null, faults: [] };
  const stopped: Partial<Simulation> = {
    wanted: "stopped",
    runId: null,
    reported: null,
    faults: [],
    startedBy: null,
  };
  const page = { devices: some, byCommand: 0, values: noFault, ...fine };
  return {
    simulations: simulationListPage({
      simulations: [simulation, makeSimulation(two, away), makeSimulation(three, stopped)],
      byCommand: 15,
    }),
    "simulations, none": simulationListPage({ simulations: [], byCommand: 0 }),
    "simulations, from the command line": simulationListPage({ simulations: [], byCommand: 15 }),
    "simulation, from the command line": simulationPage({
      simulation: makeSimulation(one, { ...stopped, scenario: null, startedAt: null }),
      ...page,
      byCommand: 5,
    }),
    simulation: simulationPage({ simulation, ...page }),
    "simulation, refused fault": simulationPage({
      simulation,
      ...page,
      errors: [{ path: "which", message: "names no device of the simulation" }],
    }),
    "simulation, waiting": simulationPage({ simulation: makeSimulation(one, away), ...page, devices: null }),
    "simulation, stopped": simulationPage({ simulation: makeSimulation(one, stopped), ...page }),
    "simulation, failed": simulationPage({
      simulation: makeSimulation(one, {
        reported: { ...simulation.reported!, state: "failed", trouble: "till-2: a device is there already" },
      }),
      ...page,
    }),
    "simulation start": simulationStartPage({ sites, values: start, ...fine }),
    "simulation start, refused": simulationStartPage({
      sites,
      values: start,
      errors: [
        { path: "count-kiosk", message: "must be at least 1" },
        { path: "scenario", message: "must be a scenario" },
      ],
      problem: null,
    }),
    "simulation start, no site": simulationStartPage({ sites: [], values: start, ...fine }),
  };
}
