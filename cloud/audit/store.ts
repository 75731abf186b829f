import { type Kysely, sql } from "kysely";
import type { AuditQuery } from "../../protocol/audit/audit.ts";
import type { Scope } from "../accounts/scope.ts";
import { likePattern } from "../database/paging.ts";
import { prepared } from "../database/prepared.ts";
import { preparedInsert } from "../database/prepared-rows.ts";
import type { Tables } from "../database/tables.ts";
import type { AuditRow } from "./chain.ts";

/** The newest link of an organisation's chain. */
export const findHead = prepared((db, organizationId: string) =>
  db.selectFrom("audit_head").select(["seq", "hash"]).where("organization_id", "=", organizationId),
);

export const setHead = prepared((db, organization_id: string, seq: number, hash: string, signature: string) =>
  db
    .insertInto("audit_head")
    .values({ organization_id, seq, hash, signature })
    .onConflict((conflict) => conflict.column("organization_id").doUpdateSet({ seq, hash, signature })),
);

/** What somebody is called. */
export const findName = prepared((db, userId: string) =>
  db.selectFrom("user").select("name").where("id", "=", userId),
);

export const insertEntry = preparedInsert("audit_entry", [
  ...(["organization_id", "seq", "at_ms", "actor_id", "actor_name", "address"] as const),
  ...(["action", "target_kind", "target_id", "target_name", "before", "after", "hash"] as const),
]);

/** Whether an entry is about a simulated device, or about what a job did on one. */
const IS_SIMULATED = sql<number>`case when exists (
    select 1 from device where device.id = audit_entry.target_id and device.provenance = 'simulated'
  ) or exists (
    select 1 from job_execution where job_execution.id = audit_entry.target_id and job_execution.simulated = 1
  ) then 1 else 0 end`.as("simulated");

export type ShownEntry = AuditRow & { simulated: number };

/** Entries that match, newest first, one more than a page; and how many there are in all. */
export async function selectEntries(
  db: Kysely<Tables>,
  scope: Scope,
  query: AuditQuery,
): Promise<{ rows: ShownEntry[]; total: number }> {
  let matching = db.selectFrom("audit_entry").where("organization_id", "=", scope.organizationId);
  const { action, actor, target, from, to, q } = query;
  if (action !== undefined)
    matching = matching.where(action.includes(".") ? "action" : "target_kind", "=", action);
  if (actor !== undefined) matching = matching.where("actor_id", "=", actor);
  if (target !== undefined) matching = matching.where("target_id", "=", target);
  if (from !== undefined) matching = matching.where("at_ms", ">=", Date.parse(from));
  if (to !== undefined) matching = matching.where("at_ms", "<", Date.parse(to));
  if (q !== undefined && q !== "") {
    matching = matching.where(
      sql<boolean>`lower(actor_name || ' ' || target_name || ' ' || action) like ${likePattern(q)} escape '\\'`,
    );
  }
  const { total } = await matching
    .select((select) => select.fn.countAll<number>().as("total"))
    .executeTakeFirstOrThrow();
  const { cursor } = query;
  const page = cursor === undefined ? matching : matching.where("seq", "<", Number(cursor.value));
  const rows = await page
    .selectAll()
    .select(IS_SIMULATED)
    .orderBy("seq", "desc")
    .limit(query.limit + 1)
    .execute();
  return { rows, total };
}

const NEWEST = [
  "seq",
  "at_ms",
  "actor_id",
  "actor_name",
  "action",
  "target_kind",
  "target_id",
  "target_name",
] as const;
export type NewestEntry = Pick<ShownEntry, (typeof NEWEST)[number] | "simulated">;

/** An organisation's newest entries, newest first; that somebody logged in is none of what is asked for. */
export function selectNewest(
  db: Kysely<Tables>,
  organizationId: string,
  limit: number,
): Promise<NewestEntry[]> {
  return db
    .selectFrom("audit_entry")
    .select(NEWEST)
    .select(IS_SIMULATED)
    .where("organization_id", "=", organizationId)
    .where("target_kind", "<>", "account")
    .orderBy("seq", "desc")
    .limit(limit)
    .execute();
}

/** The time zones of the sites that entries are about, by the id of what each is about. */
export async function selectZones(
  db: Kysely<Tables>,
  { organizationId }: Scope,
  rows: readonly Pick<AuditRow, "target_kind" | "target_id">[],
): Promise<Map<string, string>> {
  const of = (kind: string) => rows.filter((row) => row.target_kind === kind).map((row) => row.target_id);
  const sites = db.selectFrom("site").where("site.organization_id", "=", organizationId);
  const [sitesOwn, gateways, devices] = [of("site"), of("gateway"), of("device")];
  const found = await Promise.all([
    sitesOwn.length === 0
      ? []
      : sites.where("site.id", "in", sitesOwn).select(["site.id", "site.time_zone"]).execute(),
    gateways.length === 0
      ? []
      : sites
          .innerJoin("gateway", "gateway.site_id", "site.id")
          .where("gateway.id", "in", gateways)
          .select(["gateway.id", "site.time_zone"])
          .execute(),
    devices.length === 0
      ? []
      : sites
          .innerJoin("device", "device.site_id", "site.id")
          .where("device.id", "in", devices)
          .select(["device.id", "site.time_zone"])
          .execute(),
  ]);
  return new Map(found.flat().map(({ id, time_zone }) => [id, time_zone]));
}
