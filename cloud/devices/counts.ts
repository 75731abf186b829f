import type { Kysely } from "kysely";
import type { Connectivity, Health, Provenance } from "../../protocol/devices/device.ts";
import type { DeviceCounts } from "../../protocol/sites/site.ts";
import type { Tables } from "../database/tables.ts";
import { countTroubles } from "./health-sql.ts";

/** Counts the devices of an organisation that are not retired, by site; of some sites, or of the real or the simulated, when given. */
export async function countBySite(
  db: Kysely<Tables>,
  organizationId: string,
  siteIds?: readonly string[],
  of?: Provenance,
): Promise<Map<string, DeviceCounts>> {
  if (siteIds?.length === 0) return new Map();
  let select = db
    .selectFrom("device_count")
    .select(["site_id", "connectivity", "provenance", "seen", "devices"])
    .where("organization_id", "=", organizationId)
    .where("devices", ">", 0);
  if (siteIds !== undefined) select = select.where("site_id", "in", siteIds);
  if (of !== undefined) select = select.where("provenance", "=", of);
  const bySite = new Map<string, DeviceCounts>();
  for (const { site_id, connectivity, provenance, seen, devices } of await select.execute()) {
    const counts = bySite.get(site_id) ?? noDevices();
    bySite.set(site_id, counts);
    counts.total += devices;
    if (provenance === "simulated") counts.simulated += devices;
    if (seen === 0) counts.health.unknown += devices;
    counts.connectivity[connectivity as Connectivity] += devices;
  }
  for (const { site_id, troubled, errors } of await countTroubles(db, organizationId, siteIds, of)) {
    const counts = bySite.get(site_id);
    if (counts === undefined) continue;
    counts.health.error = errors;
    counts.health.warning = troubled - errors;
  }
  // Of the others it is known how many there are.
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
