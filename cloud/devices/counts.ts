import type { Kysely } from "kysely";
import type { Connectivity, Health } from "../../protocol/devices/device.ts";
import type { DeviceCounts } from "../../protocol/sites/site.ts";
import type { Tables } from "../database/tables.ts";
import { healthOf } from "./health-rules.ts";
import { latestForHealth } from "./store.ts";

/** Counts the devices of an organisation that are not retired, by site; of one site's ids when given. */
export async function countBySite(
  db: Kysely<Tables>,
  organizationId: string,
  siteIds?: readonly string[],
): Promise<Map<string, DeviceCounts>> {
  if (siteIds?.length === 0) return new Map();
  let select = db
    .selectFrom("device")
    .select(["id", "site_id", "connectivity", "provenance", "last_seen_ms"])
    .where("organization_id", "=", organizationId)
    .where("lifecycle", "!=", "retired");
  if (siteIds !== undefined) select = select.where("site_id", "in", siteIds);
  const devices = await select.execute();
  const latest = await latestForHealth(
    db,
    devices.map((device) => device.id),
  );
  const bySite = new Map<string, DeviceCounts>();
  for (const device of devices) {
    const counts = bySite.get(device.site_id) ?? noDevices();
    bySite.set(device.site_id, counts);
    const { health } = healthOf(latest.get(device.id) ?? new Map(), device.last_seen_ms !== null);
    counts.total += 1;
    if (device.provenance === "simulated") counts.simulated += 1;
    counts.connectivity[device.connectivity as Connectivity] += 1;
    counts.health[health as Health] += 1;
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
