import { type ExpressionBuilder, type Kysely, sql } from "kysely";
import type { GatewayQuery } from "../../protocol/gateways/gateway.ts";
import { cutPage, isAfter, likePattern, orderBy, type SortOrder, totalOf } from "../database/paging.ts";
import type { Tables } from "../database/tables.ts";

/** A gateway with what lists show of it besides. */
export interface GatewayRow {
  id: string;
  site_id: string;
  site_name: string;
  name: string;
  created_ms: number;
  revoked_ms: number | null;
  connected_ms: number | null;
  last_seen_ms: number | null;
  version: string | null;
  protocol: number | null;
  clock_skew_ms: number | null;
  cloned_ms: number | null;
  rotation_ms: number | null;
  next_key_ms: number | null;
  key_since_ms: number | null;
  urgent_head: number;
  bulk_head: number;
  /** How far the lanes of the present epoch are applied; null before anything was. */
  urgent_seq: number | null;
  bulk_seq: number | null;
  unknown_entries: number;
  forgotten_urgent: number | null;
  forgotten_bulk: number | null;
}

/** What lists can be sorted by, as a column, and what it is called in a row. */
const SORTS = {
  name: "gateway.name",
  siteName: "site.name",
  createdAt: "gateway.created_ms",
} as const;
const ROW_FIELDS = {
  "gateway.name": "name",
  "site.name": "site_name",
  "gateway.created_ms": "created_ms",
} as const;
type SortColumn = keyof typeof ROW_FIELDS;
const BY_NAME: SortOrder<SortColumn> = { column: "gateway.name", descending: false };

function selectGateways(db: Kysely<Tables>, organizationId: string) {
  const cursorOf = (stream: "urgent" | "bulk") => (eb: ExpressionBuilder<Tables, "gateway">) =>
    eb
      .selectFrom("uplog_cursor")
      .select("uplog_cursor.seq")
      .whereRef("uplog_cursor.gateway_id", "=", "gateway.id")
      .whereRef("uplog_cursor.epoch", "=", "gateway.uplog_epoch")
      .where("uplog_cursor.stream", "=", stream);
  const forgottenOf = (stream: "urgent" | "bulk") => (eb: ExpressionBuilder<Tables, "gateway">) =>
    eb
      .selectFrom("forgotten_entries")
      .select((inner) => inner.fn.sum<number>(sql`before_seq - after_seq - 1`).as("entries"))
      .whereRef("forgotten_entries.gateway_id", "=", "gateway.id")
      .where("forgotten_entries.stream", "=", stream);
  return db
    .selectFrom("gateway")
    .innerJoin("site", "site.id", "gateway.site_id")
    .where("gateway.organization_id", "=", organizationId)
    .where("gateway.paused_ms", "is", null)
    .select([
      "gateway.id",
      "gateway.site_id",
      "site.name as site_name",
      "gateway.name",
      "gateway.created_ms",
      "gateway.revoked_ms",
      "gateway.connected_ms",
      "gateway.last_seen_ms",
      "gateway.version",
      "gateway.protocol",
      "gateway.clock_skew_ms",
      "gateway.cloned_ms",
      "gateway.rotation_ms",
      "gateway.next_key_ms",
      "gateway.key_since_ms",
      "gateway.urgent_head",
      "gateway.bulk_head",
      (eb) => cursorOf("urgent")(eb).as("urgent_seq"),
      (eb) => cursorOf("bulk")(eb).as("bulk_seq"),
      (eb) => forgottenOf("urgent")(eb).as("forgotten_urgent"),
      (eb) => forgottenOf("bulk")(eb).as("forgotten_bulk"),
      (eb) =>
        eb
          .selectFrom("unknown_entry")
          .select((inner) => inner.fn.countAll<number>().as("count"))
          .whereRef("unknown_entry.gateway_id", "=", "gateway.id")
          .$asScalar()
          .$notNull()
          .as("unknown_entries"),
    ]);
}

/**
 * A page of an organisation's gateways: `q` searches gateway and site names. Codes: `request.invalid`.
 */
export async function listGateways(
  db: Kysely<Tables>,
  organizationId: string,
  query: GatewayQuery,
): Promise<{ rows: GatewayRow[]; nextCursor: string | null; total: number }> {
  const order = orderBy(query.sort, SORTS, BY_NAME);
  let matching = selectGateways(db, organizationId);
  if (query.site !== undefined) matching = matching.where("gateway.site_id", "=", query.site);
  if (query.notVersion !== undefined) {
    matching = matching
      .where("gateway.revoked_ms", "is", null)
      .where("gateway.version", "!=", query.notVersion);
  }
  if (query.q) {
    const pattern = likePattern(query.q);
    const like = (column: string) => sql<boolean>`lower(${sql.ref(column)}) like ${pattern} escape '\\'`;
    matching = matching.where((eb) => eb.or([like("gateway.name"), like("site.name")]));
  }
  const all = matching.clearSelect().select((eb) => eb.fn.countAll<number>().as("total"));
  if (query.cursor !== undefined) {
    matching = matching.where(isAfter(sql.ref(order.column), sql.ref("gateway.id"), order, query.cursor));
  }
  const direction = order.descending ? "desc" : "asc";
  const found = await matching
    .orderBy(order.column, direction)
    .orderBy("gateway.id", direction)
    .limit(query.limit + 1)
    .execute();
  const total = await totalOf(found, query, async () => (await all.executeTakeFirstOrThrow()).total);
  const keyOf = (gateway: GatewayRow) => ({ value: gateway[ROW_FIELDS[order.column]], id: gateway.id });
  const { page, nextCursor } = cutPage(found, query.limit, keyOf);
  return { rows: page, nextCursor, total };
}

export function findGateway(
  db: Kysely<Tables>,
  organizationId: string,
  id: string,
): Promise<GatewayRow | undefined> {
  return selectGateways(db, organizationId).where("gateway.id", "=", id).executeTakeFirst();
}
