import type { Kysely, Selectable, Transaction } from "kysely";
import type { SimulationStatus } from "../../protocol/log/uplog/simulation-status.ts";
import type { SimulationTable } from "../database/simulation-tables.ts";
import type { Tables } from "../database/tables.ts";

/** A site's gateway, with the simulation that is or was wanted there. */
export interface SiteRow extends Omit<Nullable<Selectable<SimulationTable>>, "gateway_id"> {
  site_id: string;
  site_name: string;
  gateway_id: string;
}
type Nullable<Row> = { [Column in keyof Row]: Row[Column] | null };

/** Of a site with several gateways the newest counts. */
function select(db: Kysely<Tables>, organizationId: string) {
  return db
    .selectFrom("gateway")
    .innerJoin("site", "site.id", "gateway.site_id")
    .leftJoin("simulation", "simulation.gateway_id", "gateway.id")
    .select(["site.id as site_id", "site.name as site_name", "gateway.id as gateway_id"])
    .select([
      "simulation.organization_id",
      "simulation.run_id",
      "simulation.scenario",
      "simulation.faults",
      "simulation.cleared",
      "simulation.remove_devices",
      "simulation.started_ms",
      "simulation.started_by",
      "simulation.report",
      "simulation.report_ms",
    ])
    .where("gateway.organization_id", "=", organizationId)
    .where("gateway.revoked_ms", "is", null)
    .where("gateway.paused_ms", "is", null)
    .where("site.deleted_ms", "is", null);
}

export async function findAtSite(
  db: Kysely<Tables>,
  organizationId: string,
  siteId: string,
): Promise<SiteRow | undefined> {
  return select(db, organizationId)
    .where("site.id", "=", siteId)
    .orderBy("gateway.created_ms", "desc")
    .limit(1)
    .executeTakeFirst();
}

/** Sites at which one is wanted, or was, by name. */
export async function listSimulated(db: Kysely<Tables>, organizationId: string): Promise<SiteRow[]> {
  return select(db, organizationId)
    .where("simulation.scenario", "is not", null)
    .orderBy("site.name")
    .orderBy("gateway.created_ms", "desc")
    .execute();
}

type Written = Omit<SimulationTable, "report" | "report_ms">;

/** What is wanted from now on. What the gateway told stays, until it tells of this. */
export async function writeSimulation(trx: Transaction<Tables>, row: Written): Promise<void> {
  await trx
    .insertInto("simulation")
    .values({ ...row, report: null, report_ms: null })
    .onConflict((conflict) => conflict.column("gateway_id").doUpdateSet(row))
    .execute();
}

/** A report of a gateway of which nothing was ever wanted has no place. */
export async function writeReport(
  trx: Transaction<Tables>,
  gatewayId: string,
  { kind: _, ...report }: SimulationStatus,
  nowMs: number,
): Promise<void> {
  await trx
    .updateTable("simulation")
    .set({ report: JSON.stringify(report), report_ms: nowMs })
    .where("gateway_id", "=", gatewayId)
    .execute();
}
