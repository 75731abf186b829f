import { type Kysely, type Selectable, sql } from "kysely";
import { CONNECTIVITIES, HEALTHS, type Provenance } from "../../protocol/devices/device.ts";
import type { DeviceCounts } from "../../protocol/sites/site.ts";
import type { DeviceCountTable } from "../database/device-health-tables.ts";
import { listed, listOf } from "../database/id-list.ts";
import { prepared } from "../database/prepared.ts";
import type { Tables } from "../database/tables.ts";

type Row = Selectable<DeviceCountTable>;
const COUNTS = [
  ...(["devices", "online", "late", "offline", "never"] as const),
  ...(["unseen", "warnings", "errors"] as const),
] as const;

/** Counts the devices of an organisation that are not retired, by site; of some sites, or of the real or the simulated, when given. */
export async function countBySite(
  db: Kysely<Tables>,
  organizationId: string,
  siteIds?: readonly string[],
  of?: Provenance,
): Promise<Map<string, DeviceCounts>> {
  if (siteIds?.length === 0) return new Map();
  const rows = await (siteIds === undefined
    ? selectAll(db, organizationId)
    : selectSome(db, organizationId, listOf(siteIds)));
  const bySite = new Map<string, DeviceCounts>();
  for (const row of rows) {
    if (of !== undefined && row.provenance !== of) continue;
    const counts = toCounts(row);
    const others = bySite.get(row.site_id);
    bySite.set(row.site_id, others === undefined ? counts : sumCounts([others, counts]));
  }
  return bySite;
}

const selectAll = prepared((db, organizationId: string) =>
  db
    .selectFrom("device_count")
    .select(["site_id", "provenance", ...COUNTS])
    .where("organization_id", "=", organizationId)
    .where("devices", ">", sql.lit(0)),
);

const selectSome = prepared((db, organizationId: string, siteIds: string) =>
  db
    .selectFrom("device_count")
    .select(["site_id", "provenance", ...COUNTS])
    .where("organization_id", "=", organizationId)
    .where("site_id", "in", listed(siteIds))
    .where("devices", ">", sql.lit(0)),
);

/** The same of the whole organisation, of each provenance that it has. */
export async function countByProvenance(
  db: Kysely<Tables>,
  organizationId: string,
): Promise<Map<Provenance, DeviceCounts>> {
  const rows = await selectSums(db, organizationId);
  return new Map(rows.map((row) => [row.provenance as Provenance, toCounts(row)]));
}

const selectSums = prepared((db, organizationId: string) =>
  db
    .selectFrom("device_count")
    .select("provenance")
    .select(({ fn }) => COUNTS.map((name) => fn.sum<number>(name).as(name)))
    .where("organization_id", "=", organizationId)
    .groupBy("provenance"),
);

function toCounts(row: Pick<Row, "provenance" | (typeof COUNTS)[number]>): DeviceCounts {
  const {
    devices: total,
    online,
    late,
    offline,
    never,
    unseen: unknown,
    warnings: warning,
    errors: error,
  } = row;
  return {
    total,
    simulated: row.provenance === "simulated" ? total : 0,
    connectivity: { online, late, offline, never },
    // Of the others it is known how many there are.
    health: { healthy: total - error - warning - unknown, warning, error, maintenance: 0, unknown },
  };
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
    for (const state of CONNECTIVITIES) sum.connectivity[state] += counts.connectivity[state];
    for (const state of HEALTHS) sum.health[state] += counts.health[state];
  }
  return sum;
}

/** Whether an operator should look at it: something is offline or late, or not well. */
export function hasProblems(counts: DeviceCounts): boolean {
  const { connectivity, health } = counts;
  return connectivity.offline + connectivity.late + health.error + health.warning > 0;
}
