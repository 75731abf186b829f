import { type Kysely, type Selectable, type SqlBool, sql } from "kysely";
import type { FirmwareQuery } from "../../protocol/firmware/firmware.ts";
import type { Scope } from "../accounts/scope.ts";
import type { FirmwareTable } from "../database/firmware-tables.ts";
import { isAfter, likePattern, type SortOrder } from "../database/paging.ts";
import type { Tables } from "../database/tables.ts";

type Db = Kysely<Tables>;
export type FirmwareRow = Selectable<FirmwareTable>;
export type CountedFirmware = FirmwareRow & { open_jobs: number };
/** As people see it. */
export type ShownFirmware = CountedFirmware & { devices: number; jobs: { id: string; name: string }[] };

/** Of the jobs that need one. */
const JOBS_SHOWN = 5;

export type SortColumn = "created_ms" | "name" | "size_bytes";
export const SORT_COLUMNS = {
  createdAt: "created_ms",
  name: "name",
  sizeBytes: "size_bytes",
} as const;
export const NEWEST_FIRST: SortOrder<SortColumn> = { column: "created_ms", descending: true };

/** Jobs of it that have not ended. */
const openJobs = sql<number>`(
  SELECT count(*) FROM job
  WHERE job.firmware_id = firmware.id AND job.status NOT IN ('finished', 'cancelled')
)`.as("open_jobs");

/** Devices that report its version. */
const devicesWithIt = sql<number>`(
  SELECT count(*) FROM device
  WHERE device.organization_id = firmware.organization_id AND device.firmware = firmware.version
    AND device.lifecycle <> 'retired'
    AND (firmware.device_type IS NULL OR device.type = firmware.device_type)
)`.as("devices");

/** One more than `limit`, so that the caller sees whether more come. */
export async function selectFirmware(
  db: Db,
  scope: Scope,
  query: FirmwareQuery,
  { column, descending }: SortOrder<SortColumn>,
): Promise<ShownFirmware[]> {
  const direction = descending ? "desc" : "asc";
  let select = matching(db, scope, query)
    .selectAll("firmware")
    .select([openJobs, devicesWithIt])
    .orderBy(column, direction)
    .orderBy("id", direction)
    .limit(query.limit + 1);
  if (query.cursor !== undefined) {
    select = select.where(isAfter(sql.ref(column), sql.ref("id"), { descending }, query.cursor));
  }
  return withJobs(db, await select.execute());
}

export async function showFirmware(
  db: Db,
  organizationId: string,
  id: string,
): Promise<ShownFirmware | undefined> {
  const rows = await there(db, organizationId)
    .selectAll("firmware")
    .select([openJobs, devicesWithIt])
    .where("id", "=", id)
    .execute();
  return (await withJobs(db, rows))[0];
}

async function withJobs(db: Db, rows: readonly Omit<ShownFirmware, "jobs">[]): Promise<ShownFirmware[]> {
  const used = rows.filter((row) => Number(row.open_jobs) > 0).map(({ id }) => id);
  const jobs =
    used.length === 0
      ? []
      : await db
          .selectFrom("job")
          .select(["id", "name", "firmware_id"])
          .where("firmware_id", "in", used)
          .where("status", "not in", ["finished", "cancelled"])
          .orderBy("id", "desc")
          .execute();
  return rows.map((row) => ({
    ...row,
    jobs: jobs
      .filter(({ firmware_id }) => firmware_id === row.id)
      .slice(0, JOBS_SHOWN)
      .map(({ id, name }) => ({ id, name })),
  }));
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
  return there(db, organizationId)
    .selectAll("firmware")
    .select(openJobs)
    .where("id", "=", id)
    .executeTakeFirst();
}

/** What an organisation has with these bytes. */
export function findByBytes(
  db: Db,
  organizationId: string,
  sha256: string,
): Promise<FirmwareRow | undefined> {
  return there(db, organizationId).selectAll().where("sha256", "=", sha256).executeTakeFirst();
}

/** Whether name and version are those of another that is there. */
export async function isTaken(
  db: Db,
  organizationId: string,
  { name, version }: Pick<FirmwareRow, "name" | "version">,
): Promise<boolean> {
  const row = await there(db, organizationId)
    .select("id")
    .where("name", "=", name)
    .where("version", "=", version)
    .executeTakeFirst();
  return row !== undefined;
}

/** Bytes of all that an organisation has: of what is there, and of what is deleted and can be restored. */
export async function totalBytes(
  db: Db,
  organizationId: string,
): Promise<{ there: number; deleted: number }> {
  const rows = await db
    .selectFrom("firmware")
    .select(["size_bytes", "deleted_ms"])
    .where("organization_id", "=", organizationId)
    .execute();
  const sum = (some: typeof rows) => some.reduce((total, row) => total + Number(row.size_bytes), 0);
  return {
    there: sum(rows.filter((row) => row.deleted_ms === null)),
    deleted: sum(rows.filter((row) => row.deleted_ms !== null)),
  };
}

/** What an organisation has and did not delete. */
function there(db: Db, organizationId: string) {
  return db
    .selectFrom("firmware")
    .where("firmware.organization_id", "=", organizationId)
    .where("firmware.deleted_ms", "is", null);
}

function matching(db: Db, scope: Scope, query: FirmwareQuery) {
  let select = there(db, scope.organizationId);
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
