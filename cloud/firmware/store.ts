import { type Kysely, type Selectable, type SqlBool, sql } from "kysely";
import type { FirmwareQuery } from "../../protocol/firmware/firmware.ts";
import type { Scope } from "../accounts/scope.ts";
import type { FirmwareTable } from "../database/firmware-tables.ts";
import { decodeCursor, isAfter, likePattern, type SortOrder } from "../database/paging.ts";
import type { Tables } from "../database/tables.ts";

type Db = Kysely<Tables>;
export type FirmwareRow = Selectable<FirmwareTable>;
export type CountedFirmware = FirmwareRow & { open_jobs: number };

export type SortColumn = "created_ms" | "name" | "size_bytes";
export const SORT_COLUMNS: Record<string, SortColumn> = {
  createdAt: "created_ms",
  name: "name",
  sizeBytes: "size_bytes",
};
export const NEWEST_FIRST: SortOrder<SortColumn> = { column: "created_ms", descending: true };

/** Jobs of it that have not ended. */
const openJobs = sql<number>`(
  SELECT count(*) FROM job
  WHERE job.firmware_id = firmware.id AND job.status NOT IN ('finished', 'cancelled')
)`.as("open_jobs");

/** One more than `limit`, so that the caller sees whether more come. */
export function selectFirmware(
  db: Db,
  scope: Scope,
  query: FirmwareQuery,
  { column, descending }: SortOrder<SortColumn>,
): Promise<CountedFirmware[]> {
  const direction = descending ? "desc" : "asc";
  let select = matching(db, scope, query)
    .selectAll("firmware")
    .select(openJobs)
    .orderBy(column, direction)
    .orderBy("id", direction)
    .limit(query.limit + 1);
  const after = query.cursor === undefined ? null : decodeCursor(query.cursor);
  if (after !== null) select = select.where(isAfter(sql.ref(column), sql.ref("id"), { descending }, after));
  return select.execute();
}

export async function countFirmware(db: Db, scope: Scope, query: FirmwareQuery): Promise<number> {
  const row = await matching(db, scope, query)
    .select((select) => select.fn.countAll<number>().as("total"))
    .executeTakeFirstOrThrow();
  return row.total;
}

export function findFirmware(
  db: Db,
  organizationId: string,
  id: string,
): Promise<CountedFirmware | undefined> {
  return db
    .selectFrom("firmware")
    .selectAll("firmware")
    .select(openJobs)
    .where("organization_id", "=", organizationId)
    .where("id", "=", id)
    .executeTakeFirst();
}

/** What an organisation has with these bytes. */
export function findByBytes(
  db: Db,
  organizationId: string,
  sha256: string,
): Promise<FirmwareRow | undefined> {
  return db
    .selectFrom("firmware")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .where("sha256", "=", sha256)
    .executeTakeFirst();
}

/** Bytes of all that an organisation has. */
export async function totalBytes(db: Db, organizationId: string): Promise<number> {
  const { total } = await db
    .selectFrom("firmware")
    .select((select) => select.fn.sum<number | null>("size_bytes").as("total"))
    .where("organization_id", "=", organizationId)
    .executeTakeFirstOrThrow();
  return Number(total ?? 0);
}

function matching(db: Db, scope: Scope, query: FirmwareQuery) {
  let select = db.selectFrom("firmware").where("firmware.organization_id", "=", scope.organizationId);
  if (query.deviceType !== undefined) {
    const { deviceType } = query;
    select = select.where((where) =>
      where.or([where("device_type", "is", null), where("device_type", "=", deviceType)]),
    );
  }
  if (query.q !== undefined && query.q !== "") {
    const pattern = likePattern(query.q);
    select = select.where(
      sql<SqlBool>`(lower(name) like ${pattern} escape '\\' or lower(version) like ${pattern} escape '\\')`,
    );
  }
  return select;
}
