import type { Kysely } from "kysely";
import type { Conduct } from "../../protocol/devices/conduct.ts";
import type { Tables } from "../database/tables.ts";
import { conductsOf } from "./conduct.ts";
import type { Latest } from "./health-rules.ts";
import { troubledOf } from "./health-sql.ts";
import { type DeviceRow, latestForHealth } from "./store.ts";

/** What a device's health is computed from. */
interface HealthFacts {
  latest?: Latest | undefined;
  conduct?: Conduct | undefined;
}

/**
 * Of devices that may be anything but healthy, by id; the others are absent. Which those are is noted in the transaction that
 * makes it so (`device_trouble`), but of those alone that are not retired and were heard: most devices of a list are well,
 * and to look up why they should not be was half of what it cost.
 */
export async function healthFactsOf(
  db: Kysely<Tables>,
  rows: readonly DeviceRow[],
): Promise<Map<string, HealthFacts>> {
  const isNoted = (row: DeviceRow) => row.lifecycle !== "retired" && row.last_seen_ms !== null;
  const troubled = await troubledOf(
    db,
    rows.filter(isNoted).map(({ id }) => id),
  );
  const ids = rows.filter((row) => !isNoted(row) || troubled.has(row.id)).map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const [latest, conducts] = await Promise.all([latestForHealth(db, ids), conductsOf(db, ids)]);
  return new Map(ids.map((id) => [id, { latest: latest.get(id), conduct: conducts.get(id) }]));
}
