import type { Kysely } from "kysely";
import type { Connectivity, Health } from "../../protocol/devices/device.ts";
import type { DeviceCounts } from "../../protocol/sites/site.ts";
import type { Tables } from "../database/tables.ts";
import { NOT_RETIRED, selectTroubled } from "./health-sql.ts";

/** A device in trouble. `severity`: 2 an error, 1 a warning. */
export interface Troubled {
  id: string;
  site_id: string;
  severity: number;
}

/** Counts the devices of an organisation that are not retired, by site; of one site's ids when given. */
export async function countBySite(
  db: Kysely<Tables>,
  organizationId: string,
  siteIds?: readonly string[],
): Promise<Map<string, DeviceCounts>> {
  if (siteIds?.length === 0) return new Map();
  const troubled = await selectTroubled(db, organizationId, siteIds).execute();
  return countWith(db, organizationId, troubled, siteIds);
}

/**
 * The same, when those in trouble are known. Three looks into indexes of few rows or few columns: how many there are of
 * each connectivity, which of them are in trouble, and which were never heard; the rest is well.
 */
export async function countWith(
  db: Kysely<Tables>,
  organizationId: string,
  troubled: readonly Troubled[],
  siteIds?: readonly string[],
): Promise<Map<string, DeviceCounts>> {
  let all = db
    .selectFrom("device")
    .select(["site_id", "connectivity", "provenance"])
    .select((count) => count.fn.countAll<number>().as("devices"))
    .where("organization_id", "=", organizationId)
    .where(NOT_RETIRED)
    .groupBy(["site_id", "connectivity", "provenance"]);
  let unseen = db
    .selectFrom("device")
    .select("site_id")
    .select((count) => count.fn.countAll<number>().as("devices"))
    .where("organization_id", "=", organizationId)
    .where("last_seen_ms", "is", null)
    .where(NOT_RETIRED)
    .groupBy("site_id");
  if (siteIds !== undefined) {
    all = all.where("site_id", "in", siteIds);
    unseen = unseen.where("site_id", "in", siteIds);
  }
  const bySite = new Map<string, DeviceCounts>();
  for (const { site_id, connectivity, provenance, devices } of await all.execute()) {
    const counts = bySite.get(site_id) ?? noDevices();
    bySite.set(site_id, counts);
    counts.total += devices;
    if (provenance === "simulated") counts.simulated += devices;
    counts.connectivity[connectivity as Connectivity] += devices;
  }
  for (const { site_id, severity } of troubled) {
    const counts = bySite.get(site_id);
    if (counts !== undefined) counts.health[severity === 2 ? "error" : "warning"] += 1;
  }
  for (const { site_id, devices } of await unseen.execute()) {
    const counts = bySite.get(site_id);
    if (counts !== undefined) counts.health.unknown += devices;
  }
  for (const { total, health } of bySite.values()) {
    health.healthy = total - health.error - health.warning - health.unknown;
  }
  return bySite;
}

export function noDevices(): DeviceCounts {
  return {
    total: 0,
    simulated: 0,
    connectivity: { online: 0, late: 0, offline: 0, never: 0 },
    health: { healthy: 0, warning: 0, error: 0, maintenance: 0, unknown: 0 },
  };
}

/** All of them together. */
export function sumCounts(all: Iterable<DeviceCounts>): DeviceCounts {
  const sum = noDevices();
  for (const counts of all) {
    sum.total += counts.total;
    sum.simulated += counts.simulated;
    for (const state of Object.keys(sum.connectivity) as Connectivity[]) {
      sum.connectivity[state] += counts.connectivity[state];
    }
    for (const state of Object.keys(sum.health) as Health[]) sum.health[state] += counts.health[state];
  }
  return sum;
}

/** Whether an operator should look at it: something is offline or late, or not well. */
export function hasProblems(counts: DeviceCounts): boolean {
  const { connectivity, health } = counts;
  return connectivity.offline + connectivity.late + health.error + health.warning > 0;
}
