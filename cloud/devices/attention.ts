import type { Kysely } from "kysely";
import type { DeviceCounts } from "../../protocol/sites/site.ts";
import type { Tables } from "../database/tables.ts";
import { sumCounts } from "./counts.ts";
import { NOT_ONLINE, NOT_RETIRED, SEVERITIES } from "./health-sql.ts";

/** The devices that somebody should look at. */
export interface Needy {
  /** The worst, worst first: errors, offline, warnings, late. */
  ids: string[];
  /** How many there are in all. */
  total: number;
}

/**
 * Finds up to `limit` devices in trouble or out of reach, not of the sites that are `away`: that a gateway is away is said
 * once, not of each of its devices. `counts` are those of {@link countBySite}, so that however many there are, a power cut
 * in a whole region, few are read.
 */
export async function findNeedy(
  db: Kysely<Tables>,
  organizationId: string,
  counts: ReadonlyMap<string, DeviceCounts>,
  away: ReadonlySet<string>,
  limit: number,
): Promise<Needy> {
  const present = [...counts].filter(([site]) => !away.has(site)).map(([, its]) => its);
  const { connectivity, health } = sumCounts(present);
  const unreached = connectivity.offline + connectivity.late;
  const troubled = health.error + health.warning;
  const found = new Set<string>();
  const add = (rows: readonly { id: string }[]): void => {
    for (const { id } of rows) if (found.size < limit) found.add(id);
  };
  // Those found already may be among the next: there are fewer than `limit` of them.
  const asMany = 2 * limit;
  if (health.error > 0) add(await inTrouble(db, organizationId, "error", away, asMany));
  if (connectivity.offline > 0) add(await outOfReach(db, organizationId, "offline", away, asMany));
  if (health.warning > 0) add(await inTrouble(db, organizationId, "warning", away, asMany));
  if (connectivity.late > 0) add(await outOfReach(db, organizationId, "late", away, asMany));
  const both =
    unreached > 0 && troubled > 0 ? await countBoth(db, organizationId, away, unreached < troubled) : 0;
  return { ids: [...found], total: unreached + troubled - both };
}

function inTrouble(
  db: Kysely<Tables>,
  organizationId: string,
  health: keyof typeof SEVERITIES,
  away: ReadonlySet<string>,
  limit: number,
): Promise<{ id: string }[]> {
  return db
    .selectFrom("device_trouble")
    .select("device_id as id")
    .where("organization_id", "=", organizationId)
    .where("severity", "=", SEVERITIES[health])
    .$if(away.size > 0, (select) => select.where("site_id", "not in", [...away]))
    .orderBy("site_id")
    .orderBy("device_id")
    .limit(limit)
    .execute();
}

function outOfReach(
  db: Kysely<Tables>,
  organizationId: string,
  connectivity: "offline" | "late",
  away: ReadonlySet<string>,
  limit: number,
): Promise<{ id: string }[]> {
  return db
    .selectFrom("device")
    .select("id")
    .where("organization_id", "=", organizationId)
    .where("connectivity", "=", connectivity)
    .where(NOT_ONLINE)
    .where(NOT_RETIRED)
    .$if(away.size > 0, (select) => select.where("site_id", "not in", [...away]))
    .orderBy("id")
    .limit(limit)
    .execute();
}

/** How many are both in trouble and out of reach. The fewer are gone through: a cross join keeps the order on SQLite. */
async function countBoth(
  db: Kysely<Tables>,
  organizationId: string,
  away: ReadonlySet<string>,
  unreachedAreFewer: boolean,
): Promise<number> {
  const joined = unreachedAreFewer
    ? db.selectFrom("device").crossJoin("device_trouble")
    : db.selectFrom("device_trouble").crossJoin("device");
  const { both } = await joined
    .select((select) => select.fn.countAll<number>().as("both"))
    .whereRef("device.id", "=", "device_trouble.device_id")
    .where(
      unreachedAreFewer ? "device.organization_id" : "device_trouble.organization_id",
      "=",
      organizationId,
    )
    .where("device.connectivity", "in", ["offline", "late"])
    .where(NOT_ONLINE)
    .where(NOT_RETIRED)
    .$if(away.size > 0, (select) => select.where("device_trouble.site_id", "not in", [...away]))
    .executeTakeFirstOrThrow();
  return both;
}
