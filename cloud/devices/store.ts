import { type Kysely, type Selectable, sql } from "kysely";
import type { PageKey } from "../../protocol/api/page-key.ts";
import type { DeviceFilter } from "../../protocol/devices/bulk.ts";
import { CONNECTIVITIES, type DeviceQuery } from "../../protocol/devices/device.ts";
import type { Scope } from "../accounts/scope.ts";
import type { DeviceConfigTable } from "../database/config-tables.ts";
import { listed, listOf } from "../database/id-list.ts";
import { isAfter, type SortOrder } from "../database/paging.ts";
import { prepared } from "../database/prepared.ts";
import type { DeviceTable, Tables } from "../database/tables.ts";
import { namesIn } from "../labels/labels.ts";
import { countByProvenance, countBySite, sumCounts } from "./counts.ts";
import { countText, hasText } from "./device-texts.ts";
import { HEALTH_METRICS, type Latest } from "./health-rules.ts";
import { isOfHealth, NOT_ONLINE, NOT_RETIRED, SEVERITIES } from "./health-sql.ts";

/** A device row with what it is shown with. */
export type DeviceRow = Selectable<DeviceTable> & { site_name: string; site_deleted_ms: number | null };

export type SortColumn = "device.name" | "device.type" | "device.connectivity" | "device.last_seen_ms";
export const SORT_COLUMNS = {
  name: "device.name",
  type: "device.type",
  connectivity: "device.connectivity",
  lastSeenAt: "device.last_seen_ms",
} as const;

const SITE_PARTS = [
  sql<string>`coalesce(site.deleted_name, site.name)`.as("site_name"),
  "site.deleted_ms as site_deleted_ms",
] as const;

/** So many devices are sooner found by what they have in common, and sorted, than met on the way through all. */
const FEW = 2_000;

/**
 * Of devices that match, those after the cursor, one more than `limit` so that the caller sees whether more come. `total`
 * is how many match, where that is known.
 */
export function selectDevices(
  db: Kysely<Tables>,
  scope: Scope,
  query: DeviceQuery,
  order: SortOrder<SortColumn>,
  total = Number.POSITIVE_INFINITY,
): Promise<DeviceRow[]> {
  const inOrder = total > FEW;
  const { health } = query;
  if ((health === "warning" || health === "error") && isTroubleAlone(query, order)) {
    return selectTroubled(db, scope, health, query, order);
  }
  if (order.column === "device.connectivity") return selectByConnectivity(db, scope, query, order, inOrder);
  const sorted = sortedBy(order.column, inOrder);
  let select = shown(matching(db, scope, query, inOrder))
    .orderBy(sorted, order.descending ? "desc" : "asc")
    .orderBy("device.id", order.descending ? "desc" : "asc")
    .limit(query.limit + 1);
  const after = query.cursor;
  if (after !== undefined) {
    const beyond = order.descending ? "<" : ">";
    select = select
      // Said by itself, so that the index begins there.
      .where(sorted, order.descending ? "<=" : ">=", after.value)
      .where((where) => where.or([where(sorted, beyond, after.value), where("device.id", beyond, after.id)]));
  }
  return select.execute();
}

/** What leaves it at the devices in trouble, which an index has by their names. */
const TROUBLED = new Set(["health", "limit", "cursor", "sort"]);

function isTroubleAlone(query: DeviceQuery, { column }: SortOrder<SortColumn>): boolean {
  if (column !== "device.name") return false;
  return Object.entries(query).every(
    ([name, value]) => TROUBLED.has(name) || value === undefined || value === "",
  );
}

/** The same of devices in trouble and no other condition, by name: however many they are, as many are read as are shown. */
function selectTroubled(
  db: Kysely<Tables>,
  { organizationId }: Scope,
  health: keyof typeof SEVERITIES,
  { cursor: after, limit }: DeviceQuery,
  order: SortOrder<SortColumn>,
): Promise<DeviceRow[]> {
  const direction = order.descending ? "desc" : "asc";
  // A cross join keeps the order on SQLite.
  return db
    .selectFrom("device_trouble")
    .crossJoin("device")
    .innerJoin("site", "site.id", "device.site_id")
    .selectAll("device")
    .select(SITE_PARTS)
    .whereRef("device.id", "=", "device_trouble.device_id")
    .where("device_trouble.organization_id", "=", organizationId)
    .where("device_trouble.severity", "=", SEVERITIES[health])
    .$if(after !== undefined, (select) =>
      select
        // Said by itself, so that the index begins there.
        .where("device_trouble.name", order.descending ? "<=" : ">=", String(after!.value))
        .where(isAfter(sql.ref("device_trouble.name"), sql.ref("device_trouble.device_id"), order, after!)),
    )
    .orderBy("device_trouble.name", direction)
    .orderBy("device_trouble.device_id", direction)
    .limit(limit + 1)
    .execute();
}

/**
 * The same sorted by connectivity, one after the other: there is an index only of those that are not online, and the
 * others are in the order of their ids anyway.
 */
async function selectByConnectivity(
  db: Kysely<Tables>,
  scope: Scope,
  query: DeviceQuery,
  { descending }: SortOrder<SortColumn>,
  inOrder: boolean,
): Promise<DeviceRow[]> {
  const after = query.cursor;
  const sorted = descending ? CONNECTIVITIES.toSorted().reverse() : CONNECTIVITIES.toSorted();
  const rows: DeviceRow[] = [];
  for (const connectivity of sorted) {
    if (query.connectivity !== undefined && query.connectivity !== connectivity) continue;
    const isBefore =
      after !== undefined && (descending ? connectivity > after.value : connectivity < after.value);
    if (isBefore || rows.length > query.limit) continue;
    let select = shown(matching(db, scope, { ...query, connectivity }, inOrder))
      .orderBy("device.id", descending ? "desc" : "asc")
      .limit(query.limit + 1 - rows.length);
    if (after?.value === connectivity) select = select.where("device.id", descending ? "<" : ">", after.id);
    rows.push(...(await select.execute()));
  }
  return rows;
}

/** Devices with what they are shown with. */
function shown(devices: ReturnType<typeof matching>) {
  return devices.innerJoin("site", "site.id", "device.site_id").selectAll("device").select(SITE_PARTS);
}

/** `inOrder`: as an index has them, so that its order is gone through; else in words that no index has. */
function sortedBy(column: SortColumn, inOrder: boolean) {
  // Only this one can be missing.
  const isTime = column === "device.last_seen_ms";
  if (inOrder)
    return isTime ? sql<number>`coalesce(device.last_seen_ms, 0)` : sql<string>`${sql.ref(column)}`;
  return isTime
    ? sql<number>`coalesce(device.last_seen_ms, 0, 0)`
    : sql<string>`coalesce(${sql.ref(column)}, '')`;
}

/** What is counted as devices are written, and so need not be when it is asked for. */
const COUNTED = new Set(["site", "connectivity", "health", "provenance", "limit", "cursor", "sort"]);

/** What leaves it at how many devices have a text. */
const FOUND = new Set(["q", "limit", "cursor", "sort"]);

export async function countDevices(db: Kysely<Tables>, scope: Scope, query: DeviceQuery): Promise<number> {
  const asked = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const { q, connectivity, health } = query;
  const isCounted = asked.every(([name]) => COUNTED.has(name));
  // Each is counted by itself, and not which of the one are of the other.
  if (isCounted && (connectivity === undefined || health === undefined)) {
    return countedDevices(db, scope, query);
  }
  if (q !== undefined && asked.every(([name]) => FOUND.has(name))) {
    const total = await countText(db, scope, { ...query, q });
    if (total !== null) return total;
  }
  const row = await matching(db, scope, query)
    .select((select) => select.fn.countAll<number>().as("total"))
    .executeTakeFirstOrThrow();
  return row.total;
}

async function countedDevices(db: Kysely<Tables>, scope: Scope, query: DeviceQuery): Promise<number> {
  const { site, connectivity, health, provenance } = query;
  const { organizationId } = scope;
  const counts = sumCounts(
    site === undefined
      ? [...(await countByProvenance(db, organizationId))]
          .filter(([of]) => provenance === undefined || of === provenance)
          .map(([, its]) => its)
      : (await countBySite(db, organizationId, [site], provenance)).values(),
  );
  if (health !== undefined) return counts.health[health];
  return connectivity === undefined ? counts.total : counts.connectivity[connectivity];
}

export function findDevice(db: Kysely<Tables>, scope: Scope, id: string): Promise<DeviceRow | undefined> {
  return withSite(db, scope)
    .where("device.id", "=", id)
    .where("device.deleted_ms", "is", null)
    .executeTakeFirst();
}

export function findDeletedDevice(
  db: Kysely<Tables>,
  scope: Scope,
  id: string,
): Promise<DeviceRow | undefined> {
  return withSite(db, scope)
    .where("device.id", "=", id)
    .where("device.deleted_ms", "is not", null)
    .executeTakeFirst();
}

/** All devices of an organisation, deleted ones too, each as a {@link DeviceRow}. */
export function withSite(db: Kysely<Tables>, scope: Scope) {
  return shown(db.selectFrom("device").where("device.organization_id", "=", scope.organizationId));
}

/** The names of all custom attributes of the devices that a query means, in order. */
export async function attributeNames(
  db: Kysely<Tables>,
  scope: Scope,
  query: DeviceFilter,
): Promise<string[]> {
  const rows = await matching(db, scope, query)
    .select("device.custom_attributes")
    .distinct()
    .where("device.custom_attributes", "!=", "{}")
    .execute();
  return namesIn(rows);
}

const ROW_FIELDS = {
  "device.name": "name",
  "device.type": "type",
  "device.connectivity": "connectivity",
  "device.last_seen_ms": "last_seen_ms",
} as const;

/** Where a device stands in this order. */
export function keyIn({ column }: SortOrder<SortColumn>): (device: DeviceRow) => PageKey {
  return (device) => ({ value: device[ROW_FIELDS[column]] ?? 0, id: device.id });
}

export async function findDevices(
  db: Kysely<Tables>,
  scope: Scope,
  ids: readonly string[],
): Promise<DeviceRow[]> {
  if (ids.length === 0) return [];
  return withSite(db, scope).where("device.id", "in", ids).where("device.deleted_ms", "is", null).execute();
}

export function findConfig(
  db: Kysely<Tables>,
  deviceId: string,
): Promise<Selectable<DeviceConfigTable> | undefined> {
  return db.selectFrom("device_config").selectAll().where("device_id", "=", deviceId).executeTakeFirst();
}

/** Newest values of the metrics that health is computed from, by device. Devices without any are absent. */
export async function latestForHealth(
  db: Kysely<Tables>,
  deviceIds: readonly string[],
): Promise<Map<string, Latest>> {
  const byDevice = new Map<string, Map<string, unknown>>();
  for (const { device_id, metric, value } of await healthMetricsOf(db, listOf(deviceIds))) {
    const latest = byDevice.get(device_id) ?? new Map<string, unknown>();
    latest.set(metric, JSON.parse(value));
    byDevice.set(device_id, latest);
  }
  return byDevice;
}

const healthMetricsOf = prepared((db, deviceIds: string) =>
  db
    .selectFrom("device_metric")
    .select(["device_id", "metric", "value"])
    .where("device_id", "in", listed(deviceIds))
    .where(
      "metric",
      "in",
      HEALTH_METRICS.map((metric) => sql.lit(metric)),
    ),
);

/** The devices that a query means, whatever their order and page. `met`: as {@link hasText} has it. */
export function matching(
  db: Kysely<Tables>,
  scope: Pick<Scope, "organizationId">,
  query: DeviceFilter & Pick<DeviceQuery, "deleted">,
  met = false,
) {
  let select = db.selectFrom("device").where("device.organization_id", "=", scope.organizationId);
  if (query.site !== undefined) select = select.where("device.site_id", "=", query.site);
  if (query.type !== undefined) select = select.where("device.type", "=", query.type);
  if (query.connectivity !== undefined) select = select.where("device.connectivity", "=", query.connectivity);
  if (query.connectivity !== undefined && query.connectivity !== "online") select = select.where(NOT_ONLINE);
  if (query.health !== undefined) select = select.where(isOfHealth(db, scope.organizationId, query.health));
  // Said as the index of the simulated ones has it: they are few.
  if (query.provenance !== undefined) {
    select = select.where("device.provenance", "=", sql.lit(query.provenance));
  }
  if (query.firmware !== undefined) select = select.where("device.firmware", "=", query.firmware);
  if (query.config !== undefined) {
    select = select.where("device.id", "in", (of) =>
      of.selectFrom("device_config").select("device_id").where("drift_since_ms", "is not", null),
    );
  }
  const { tag } = query;
  if (tag !== undefined) {
    select = select.where("device.id", "in", (of) =>
      of
        .selectFrom("device_tag")
        .select("device_id")
        .where("organization_id", "=", scope.organizationId)
        .where("tag", "=", tag),
    );
  }
  const { lifecycle } = query;
  // What is deleted is retired as well: who asks for what is not retired need not ask for more.
  if (query.deleted === "true") select = select.where("device.deleted_ms", "is not", null);
  else if (lifecycle === "retired") {
    select = select.where("device.lifecycle", "=", lifecycle).where("device.deleted_ms", "is", null);
  } else {
    // Said also where a lifecycle is asked for: the indexes by which lists are sorted are of these.
    select = select.where(NOT_RETIRED);
    if (lifecycle !== undefined) select = select.where("device.lifecycle", "=", lifecycle);
  }
  if (query.q !== undefined && query.q !== "") select = select.where(hasText(scope, query, met));
  return select;
}

/** When a gateway was last heard, as far as that is written down; null when it never was. */
export async function gatewayLastSeen(db: Kysely<Tables>, gatewayId: string): Promise<number | null> {
  const row = await db
    .selectFrom("gateway")
    .select("last_seen_ms")
    .where("id", "=", gatewayId)
    .executeTakeFirst();
  return row?.last_seen_ms ?? null;
}
