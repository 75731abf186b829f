import { type Kysely, sql } from "kysely";
import type { UplogStream } from "../../protocol/log/cursor.ts";
import { prepared } from "../database/prepared.ts";
import type { Tables } from "../database/tables.ts";

export interface GatewayBehind {
  id: string;
  site_id: string;
  /** As far as it is written down; null before it was first heard. */
  last_seen_ms: number | null;
  /** Entries it held at last word that are not applied yet. */
  behind: number;
}

/** Gateways that are not revoked, the oldest first, each with how many entries it held at last word that are not applied yet. */
export const gatewaysBehind: (db: Kysely<Tables>, organizationId: string) => Promise<GatewayBehind[]> =
  prepared((db, organizationId: string) =>
    db
      .selectFrom("gateway")
      .select(["id", "site_id", "last_seen_ms"])
      .select(sql<number>`${behindIn("urgent")} + ${behindIn("bulk")}`.as("behind"))
      .where("organization_id", "=", organizationId)
      .where("revoked_ms", "is", null)
      .where("paused_ms", "is", null)
      .orderBy("created_ms"),
  );

/**
 * By the cursor's whole key: joined by a part of it, each gateway would be held against every cursor there is, as long as
 * the planner takes that table for a small one.
 */
function behindIn(stream: UplogStream) {
  const head = sql.ref(`gateway.${stream}_head`);
  const applied = sql`coalesce((select seq from uplog_cursor
    where gateway_id = gateway.id and epoch = gateway.uplog_epoch and stream = ${sql.lit(stream)}), 0)`;
  // Never below zero: a gateway that came back from a backup holds less than it has sent before.
  return sql`case when ${head} > ${applied} then ${head} - ${applied} else 0 end`;
}
