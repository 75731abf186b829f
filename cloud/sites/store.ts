import { type Kysely, type Selectable, sql } from "kysely";
import type { SiteQuery } from "../../protocol/sites/site.ts";
import type { Scope } from "../accounts/scope.ts";
import { decodeCursor, likePattern, type SortOrder } from "../database/paging.ts";
import type { SiteTable, Tables } from "../database/tables.ts";

export type SiteRow = Selectable<SiteTable>;
export type SortColumn = "name" | "created_ms";
export const SORT_COLUMNS: Record<string, SortColumn> = { name: "name", createdAt: "created_ms" };

/** A site's gateway, newest first where there were several. */
export interface SiteGatewayRow {
  id: string;
  site_id: string;
  last_seen_ms: number | null;
}

/** One more than `limit`, so that the caller sees whether more come. */
export function selectSites(
  db: Kysely<Tables>,
  scope: Scope,
  query: SiteQuery,
  order: SortOrder<SortColumn>,
): Promise<SiteRow[]> {
  const direction = order.descending ? "desc" : "asc";
  let select = matching(db, scope, query)
    .selectAll()
    .orderBy(order.column, direction)
    .orderBy("id", direction)
    .limit(query.limit + 1);
  const after = query.cursor === undefined ? null : decodeCursor(query.cursor);
  if (after !== null) {
    const beyond = order.descending ? "<" : ">";
    const value = after.value as string & number;
    select = select.where((where) =>
      where.or([
        where(order.column, beyond, value),
        where.and([where(order.column, "=", value), where("id", beyond, after.id)]),
      ]),
    );
  }
  return select.execute();
}

export async function countSites(db: Kysely<Tables>, scope: Scope, query: SiteQuery): Promise<number> {
  const row = await matching(db, scope, query)
    .select((select) => select.fn.countAll<number>().as("total"))
    .executeTakeFirstOrThrow();
  return row.total;
}

export function findSite(db: Kysely<Tables>, scope: Scope, id: string): Promise<SiteRow | undefined> {
  return db
    .selectFrom("site")
    .selectAll()
    .where("organization_id", "=", scope.organizationId)
    .where("id", "=", id)
    .executeTakeFirst();
}

export function findSiteByName(
  db: Kysely<Tables>,
  organizationId: string,
  name: string,
): Promise<SiteRow | undefined> {
  return db
    .selectFrom("site")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .where("name", "=", name)
    .executeTakeFirst();
}

/** The gateway of each of these sites; of several that were not revoked the newest. */
export async function gatewaysOf(
  db: Kysely<Tables>,
  siteIds: readonly string[],
): Promise<Map<string, SiteGatewayRow>> {
  if (siteIds.length === 0) return new Map();
  const rows = await db
    .selectFrom("gateway")
    .select(["id", "site_id", "last_seen_ms"])
    .where("site_id", "in", siteIds)
    .where("revoked_ms", "is", null)
    .orderBy("created_ms")
    .execute();
  return new Map(rows.map((row) => [row.site_id, row]));
}

/** Whether anything still belongs to the site. */
export async function isInUse(db: Kysely<Tables>, id: string): Promise<boolean> {
  const gateway = await db.selectFrom("gateway").select("id").where("site_id", "=", id).executeTakeFirst();
  if (gateway !== undefined) return true;
  return (
    (await db.selectFrom("device").select("id").where("site_id", "=", id).executeTakeFirst()) !== undefined
  );
}

function matching(db: Kysely<Tables>, scope: Scope, query: SiteQuery) {
  const select = db.selectFrom("site").where("organization_id", "=", scope.organizationId);
  if (query.q === undefined || query.q === "") return select;
  const pattern = likePattern(query.q);
  return select.where((where) =>
    where.or(
      (["name", "address", "description"] as const).map((column) =>
        where(sql<string>`lower(${sql.ref(column)})`, "like", sql<string>`${pattern} escape '\\'`),
      ),
    ),
  );
}
