import type { Transaction } from "kysely";
import type { Clock } from "../../protocol/clock.ts";
import { accept, type Result, refuse, refuseField } from "../../protocol/errors.ts";
import { makeId } from "../../protocol/ids.ts";
import type { LiveEvent } from "../../protocol/live/event.ts";
import type { DownlogEvent } from "../../protocol/log/kinds.ts";
import type { Random } from "../../protocol/random.ts";
import { anyMeans, scenarioFaultId } from "../../protocol/simulation/fault.ts";
import { keysOf, type Scenario } from "../../protocol/simulation/scenario.ts";
import {
  RUN_FAULTS_MAX,
  readWantedScenario,
  type Simulation,
  type SimulationClear,
  type SimulationFaultInput,
  type SimulationStart,
  type SimulationStop,
} from "../../protocol/simulation/simulation.ts";
import type { Needs, Scope } from "../accounts/scope.ts";
import type { Note } from "../audit/audit.ts";
import type { CloudDatabase } from "../database/database.ts";
import type { SimulationTable } from "../database/simulation-tables.ts";
import type { Tables } from "../database/tables.ts";
import { type ApplySimulation, simulationEntry } from "../gateways/gateways.ts";
import { findAtSite, listSimulated, type SiteRow, writeReport, writeSimulation } from "./store.ts";
import { type InjectedFault, toSimulation } from "./view.ts";

export { simulationRoutes } from "./routes.ts";

/**
 * Simulated devices at sites: what is wanted of their gateways, and what the gateways tell of it.
 *
 * Promises: what is wanted and the entry that tells the gateway are written together, so that a gateway that is away runs it
 * when it is back; a fault lasts until somebody takes it away; who did what is in the audit log. Never makes a device:
 * the gateway does, and says that it is simulated.
 */
export interface Simulations {
  /** Of a site; nothing is wanted where nothing was ever started. Code: `record.not-found` (the site, its gateway). */
  get(scope: Scope, siteId: string): Promise<Result<Simulation>>;
  /** Of all sites at which one runs or ran, by name. */
  list(scope: Scope): Promise<Result<Simulation[]>>;
  /** Takes the place of the one that runs there. Codes: `record.not-found`, `request.invalid`. */
  start(scope: Scope, wanted: SimulationStart): Promise<Result<Simulation>>;
  /** Where none runs it changes nothing. Code: `record.not-found`. */
  stop(scope: Scope, wanted: SimulationStop): Promise<Result<Simulation>>;
  /** Codes: `record.not-found` (no run there), `request.invalid`. */
  inject(scope: Scope, fault: SimulationFaultInput): Promise<Result<Simulation>>;
  /** Takes a fault away, one of the scenario's too. Code: `record.not-found`. */
  clear(scope: Scope, fault: SimulationClear): Promise<Result<Simulation>>;
}

/** What people need to be allowed. */
export const SIMULATION_NEEDS: Needs<Simulations> = {
  get: "device:read",
  list: "device:read",
  start: "simulation:run",
  stop: "simulation:run",
  inject: "simulation:run",
  clear: "simulation:run",
};

export interface SimulationsParts {
  db: CloudDatabase;
  clock: Clock;
  random: Random;
  /** Appends to a gateway's downlog in the caller's transaction. */
  appendDown(trx: Transaction<Tables>, gatewayId: string, event: DownlogEvent): Promise<unknown>;
  /** `Hub.isConnected` */
  isConnected(gatewayId: string): boolean;
  /** `Audit.note` */
  note: Note;
}

/** Takes in a gateway's report; pages that show its site look again. */
export const applySimulation: ApplySimulation<LiveEvent> = async (trx, gateway, event, nowMs) => {
  await writeReport(trx, gateway.id, event, nowMs);
  return { type: "site:update", site: gateway.site_id, gatewayConnected: true };
};

type Row = Omit<SimulationTable, "report" | "report_ms">;

export function createSimulations(parts: SimulationsParts): Simulations {
  const { db, clock, random, note } = parts;

  const show = (row: SiteRow): Simulation => toSimulation(row, parts.isConnected);

  const get = async (scope: Scope, siteId: string): Promise<Result<Simulation>> => {
    const row = await findAtSite(db.read, scope.organizationId, siteId);
    return row === undefined ? noGateway(siteId) : accept(show(row));
  };

  /** Changes what is wanted at a site, with the entry that says so, and notes who did. */
  const change = async (
    scope: Scope,
    siteId: string,
    action: string,
    next: (row: SiteRow, trx: Transaction<Tables>) => Result<{ row: Partial<Row>; after?: object } | null>,
  ): Promise<Result<Simulation>> => {
    const changed = await db.write(async (trx) => {
      const before = await findAtSite(trx, scope.organizationId, siteId);
      if (before === undefined) return noGateway(siteId);
      const wanted = next(before, trx);
      if (!wanted.ok || wanted.value === null) return wanted;
      const row: Row = { ...rowOf(before, scope.organizationId), ...wanted.value.row };
      await writeSimulation(trx, row);
      await parts.appendDown(trx, before.gateway_id, simulationEntry(row));
      await note(trx, scope, {
        action,
        target: { id: siteId, name: before.site_name },
        after: wanted.value.after ?? null,
      });
      return accept(null);
    });
    return changed.ok ? get(scope, siteId) : changed;
  };

  return {
    get,

    async list(scope) {
      const rows = await listSimulated(db.read, scope.organizationId);
      return accept(
        [...new Map(rows.toReversed().map((row) => [row.site_id, row])).values()].reverse().map(show),
      );
    },

    async start(scope, { siteId, scenario: wanted }) {
      const scenario = readWantedScenario(wanted);
      if (!scenario.ok) return scenario;
      const nowMs = clock.nowMs();
      const by = await nameOf(db, scope.userId);
      return change(scope, siteId, "simulation.start", () =>
        accept({
          row: {
            run_id: makeId(nowMs, random),
            scenario: JSON.stringify(scenario.value),
            faults: "[]",
            cleared: "[]",
            remove_devices: 0,
            started_ms: nowMs,
            started_by: by,
          },
          after: { scenario: scenario.value.name, devices: keysOf(scenario.value).length },
        }),
      );
    },

    async stop(scope, { siteId, removeDevices }) {
      return change(scope, siteId, "simulation.stop", ({ run_id }) =>
        accept(
          run_id === null
            ? null
            : { row: { run_id: null, remove_devices: removeDevices ? 1 : 0 }, after: { removeDevices } },
        ),
      );
    },

    async inject(scope, { siteId, ...fault }) {
      return change(scope, siteId, "simulation.inject", (row) => {
        const scenario = running(row);
        if (scenario === null) return notRunning(siteId);
        if (!keysOf(scenario).some((key) => anyMeans(fault.which, key)))
          return refuseField("which", "names no device of the simulation");
        const faults = JSON.parse(row.faults ?? "[]") as InjectedFault[];
        if (faults.length >= RUN_FAULTS_MAX)
          return refuseField("what", `there are ${RUN_FAULTS_MAX} faults already; take some away first`);
        const all = [...faults, { id: makeId(clock.nowMs(), random), ...fault }];
        return accept({ row: { faults: JSON.stringify(all) }, after: fault });
      });
    },

    async clear(scope, { siteId, fault: faultId }) {
      return change(scope, siteId, "simulation.clear", (row) => {
        const scenario = running(row);
        if (scenario === null) return notRunning(siteId);
        const faults = JSON.parse(row.faults ?? "[]") as InjectedFault[];
        const cleared = JSON.parse(row.cleared ?? "[]") as string[];
        const injected = faults.find(({ id }) => id === faultId);
        if (injected !== undefined) {
          const rest = faults.filter((fault) => fault !== injected);
          return accept({ row: { faults: JSON.stringify(rest) }, after: { fault: injected.what } });
        }
        const written = scenario.fault.find((_, index) => scenarioFaultId(index) === faultId);
        if (written === undefined || cleared.includes(faultId))
          return refuse("record.not-found", `fault ${faultId}`);
        const all = [...cleared, faultId];
        return accept({ row: { cleared: JSON.stringify(all) }, after: { fault: written.what } });
      });
    },
  };
}

function running(row: SiteRow): Scenario | null {
  return row.run_id === null || row.scenario === null ? null : (JSON.parse(row.scenario) as Scenario);
}

const noGateway = (siteId: string) => refuse("record.not-found", `site ${siteId}, or a gateway at it`);
const notRunning = (siteId: string) => refuse("record.not-found", `a simulation at site ${siteId}`);

function rowOf(row: SiteRow, organizationId: string): Row {
  return {
    gateway_id: row.gateway_id,
    organization_id: organizationId,
    run_id: row.run_id,
    scenario: row.scenario,
    faults: row.faults ?? "[]",
    cleared: row.cleared ?? "[]",
    remove_devices: row.remove_devices ?? 0,
    started_ms: row.started_ms,
    started_by: row.started_by,
  };
}

async function nameOf(db: CloudDatabase, userId: string): Promise<string | null> {
  const row = await db.read
    .selectFrom("user")
    .select(["name", "email"])
    .where("id", "=", userId)
    .executeTakeFirst();
  return row === undefined ? null : row.name || row.email;
}
