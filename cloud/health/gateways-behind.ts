import type { ExpressionBuilder } from "kysely";
import type { UplogStream } from "../../protocol/log/cursor.ts";
import type { CloudDatabase } from "../database/database.ts";
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
export async function gatewaysBehind(db: CloudDatabase, organizationId: string): Promise<GatewayBehind[]> {
  // By their whole keys: joined by a part of it, each gateway would be held against every cursor there is, as long as the
  // planner takes that table for a small one.
  const cursor = (stream: UplogStream) => (of: ExpressionBuilder<Tables, "gateway">) =>
    of
      .selectFrom("uplog_cursor")
      .select("seq")
      .whereRef("gateway_id", "=", "gateway.id")
      .whereRef("epoch", "=", "gateway.uplog_epoch")
      .where("stream", "=", stream);
  const rows = await db.read
    .selectFrom("gateway")
    .select(["id", "site_id", "last_seen_ms", "urgent_head", "bulk_head"])
    .select((of) => [cursor("urgent")(of).as("urgent"), cursor("bulk")(of).as("bulk")])
    .where("organization_id", "=", organizationId)
    .where("revoked_ms", "is", null)
    .where("paused_ms", "is", null)
    .orderBy("created_ms")
    .execute();
  return rows.map(({ urgent_head, bulk_head, urgent, bulk, ...row }) => {
    const behind = Math.max(0, urgent_head - (urgent ?? 0)) + Math.max(0, bulk_head - (bulk ?? 0));
    return { ...row, behind };
  });
}
