import { toTimestamp } from "../../protocol/api/list.ts";
import { anyMeans, type FaultInput, scenarioFaultId } from "../../protocol/simulation/fault.ts";
import { keysOf, type Scenario } from "../../protocol/simulation/scenario.ts";
import type { RunFault, Simulation } from "../../protocol/simulation/simulation.ts";
import type { SiteRow } from "./store.ts";

/** A fault as it was injected. */
export interface InjectedFault extends FaultInput {
  id: string;
}

type Report = Omit<NonNullable<Simulation["reported"]>, "at">;

/** A site's simulation as the API shows it. */
export function toSimulation(row: SiteRow, isConnected: (gatewayId: string) => boolean): Simulation {
  const scenario = row.scenario === null ? null : (JSON.parse(row.scenario) as Scenario);
  const report = row.report === null ? null : (JSON.parse(row.report) as Report);
  const running = row.run_id !== null;
  return {
    siteId: row.site_id,
    siteName: row.site_name,
    gatewayId: row.gateway_id,
    gatewayConnected: isConnected(row.gateway_id),
    wanted: running ? "running" : "stopped",
    runId: row.run_id,
    scenario:
      scenario === null
        ? null
        : {
            name: scenario.name,
            seed: scenario.seed,
            timeZone: scenario["time-zone"],
            devices: scenario.devices.map((group) => ({
              profile: group.profile,
              keyPrefix: group["key-prefix"],
              count: group.names.length,
              intervalSeconds: group["interval-seconds"],
            })),
          },
    startedAt: row.started_ms === null ? null : toTimestamp(row.started_ms),
    startedBy: row.started_by,
    reported:
      report === null || row.report_ms === null || report.run !== row.run_id
        ? null
        : { ...report, at: toTimestamp(row.report_ms) },
    faults: running && scenario !== null ? faultsOf(row, scenario, report) : [],
  };
}

function faultsOf(row: SiteRow, scenario: Scenario, report: Report | null): RunFault[] {
  const keys = keysOf(scenario);
  const cleared = JSON.parse(row.cleared ?? "[]") as string[];
  const injected = JSON.parse(row.faults ?? "[]") as InjectedFault[];
  const active = new Set(report?.run === row.run_id ? report?.faults.map(({ id }) => id) : []);
  const common = ({ id, what, which, seconds }: InjectedFault) => ({
    ...{ id, what, which },
    seconds: seconds ?? null,
    active: active.has(id),
    devices: keys.filter((key) => anyMeans(which, key)).length,
  });
  return [
    ...scenario.fault.flatMap(({ when, until, ...fault }, index) => {
      const id = scenarioFaultId(index);
      if (cleared.includes(id)) return [];
      return [{ ...common({ id, ...fault }), origin: "scenario" as const, when, until: until ?? null }];
    }),
    ...injected.map((fault) => ({
      ...common(fault),
      origin: "injected" as const,
      when: null,
      until: null,
    })),
  ];
}
