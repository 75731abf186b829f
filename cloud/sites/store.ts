import { type Kysely, type Selectable, sql } from "kysely";
import { LIST_LIMIT_MAX } from "../../protocol/api/list.ts";
import type { PageKey } from "../../protocol/api/page-key.ts";
import type { Provenance } from "../../protocol/devices/provenance.ts";
import type { SiteBrief, SiteQuery } from "../../protocol/sites/site.ts";
import type { Scope } from "../accounts/scope.ts";
import { listed, listOf } from "../database/id-list.ts";
import { isAfter, likePattern, type SortOrder } from "../database/paging.ts";
import { prepared } from "../database/prepared.ts";
import type { SiteTable, Tables } from "../database/tables.ts";
import { namesIn } from "../labels/labels.ts";

export type SiteRow = Selectable<SiteTable>;
export type SortColumn = "name" | "created_ms" | "deleted_ms";
export const SORT_COLUMNS = {
  name: "name",
  createdAt: "created_ms",
  deletedAt: "deleted_ms",
} as const;

/** Where a site stands in this order. */
export function keyIn({ column }: SortOrder<SortColumn>): (site: SiteRow) => PageKey {
  return (site) => ({ value: site[column] ?? 0, id: site.id });
}

/** A site's gateway, newest first where there were several. */
export interface SiteGatewayRow {
  id: string;
  site_id: string;
  last_seen_ms: number | null;
}

/** Those that are there, by name, as many as a list has at most. */
export async function selectBriefly(db: Kysely<Tables>, scope: Scope): Promise<SiteBrief[]> {
  const rows = await db
    .selectFrom("site")
    .select(["id", "name", "time_zone as timeZone"])
    .select(({ exists, selectFrom }) =>
      exists(
        selectFrom("gateway")
          .select("gateway.id")
          .whereRef("gateway.site_id", "=", "site.id")
          .where("gateway.revoked_ms", "is", null),
      ).as("hasGateway"),
    )
    .where("organization_id", "=", scope.organizationId)
    .where("deleted_ms", "is", null)
    .orderBy("name")
    .limit(LIST_LIMIT_MAX)
    .execute();
  return rows.map((row) => ({ ...row, hasGateway: Boolean(row.hasGateway) }));
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
  if (query.cursor !== undefined) {
    select = select.where(isAfter(sql.ref(order.column), sql.ref("id"), order, query.cursor));
  }
  return select.execute();
}

export async function countSites(db: Kysely<Tables>, scope: Scope, query: SiteQuery): Promise<number> {
  const row = await matching(db, scope, query)
    .select((select) => select.fn.countAll<number>().as("total"))
    .executeTakeFirstOrThrow();
  return row.total;
}

/** How many devices of one provenance are in use at the sites that match. */
export async function countTheirDevices(
  db: Kysely<Tables>,
  scope: Scope,
  query: SiteQuery,
  of: Provenance,
): Promise<number> {
  const { total } = await db
    .selectFrom("device_count")
    .select((count) => count.fn.coalesce(count.fn.sum<number>("devices"), sql.lit(0)).as("total"))
    .where("organization_id", "=", scope.organizationId)
    .where("provenance", "=", of)
    .where("site_id", "in", matching(db, scope, query).select("site.id"))
    .executeTakeFirstOrThrow();
  return total;
}

export function findSite(db: Kysely<Tables>, scope: Scope, id: string): Promise<SiteRow | undefined> {
  return db
    .selectFrom("site")
    .selectAll()
    .where("organization_id", "=", scope.organizationId)
    .where("id", "=", id)
    .where("deleted_ms", "is", null)
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
  const rows = await selectGateways(db, listOf(siteIds));
  return new Map(rows.map((row) => [row.site_id, row]));
}

const selectGateways = prepared((db, siteIds: string) =>
  db
    .selectFrom("gateway")
    .select(["id", "site_id", "last_seen_ms"])
    .where("site_id", "in", listed(siteIds))
    .where("revoked_ms", "is", null)
    .orderBy("created_ms"),
);

/** The names of all custom attributes of the sites that a query means, in order. */
export async function attributeNames(db: Kysely<Tables>, scope: Scope, query: SiteQuery): Promise<string[]> {
  const rows = await matching(db, scope, query)
    .select("custom_attributes")
    .distinct()
    .where("custom_attributes", "!=", "{}")
    .execute();
  return namesIn(rows);
}

export function findDeletedSite(db: Kysely<Tables>, scope: Scope, id: string): Promise<SiteRow | undefined> {
  return db
    .selectFrom("site")
    .selectAll()
    .where("organization_id", "=", scope.organizationId)
    .where("id", "=", id)
    .where("deleted_ms", "is not", null)
    .executeTakeFirst();
}

function matching(db: Kysely<Tables>, scope: Scope, query: SiteQuery) {
  let select = db
    .selectFrom("site")
    .where("organization_id", "=", scope.organizationId)
    .where("deleted_ms", query.deleted === "true" ? "is not" : "is", null);
  const { tag } = query;
  if (tag !== undefined) {
    select = select.where("id", "in", (of) =>
      of
        .selectFrom("site_tag")
        .select("site_id")
        .where("organization_id", "=", scope.organizationId)
        .where("tag", "=", tag),
    );
  }
  if (query.q === undefined || query.q === "") return select;
  const pattern = likePattern(query.q);
  return select.where((where) =>
    where.or(
      (["name", "deleted_name", "address", "description"] as const).map((column) =>
        where(sql<string>`lower(${sql.ref(column)})`, "like", sql<string>`${pattern} escape '\\'`),
      ),
    ),
  );
}
