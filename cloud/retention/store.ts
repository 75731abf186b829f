import type { Kysely, Transaction } from "kysely";
import type { Tables } from "../database/tables.ts";

/** Days; 0 for ever. */
export interface RetentionDays {
  rawDays: number;
  keepDays: number;
}

/** What an organisation has set; undefined when nothing. */
export async function readRetention(
  db: Kysely<Tables>,
  organizationId: string,
): Promise<RetentionDays | undefined> {
  return db
    .selectFrom("retention")
    .select(["raw_days as rawDays", "keep_days as keepDays"])
    .where("organization_id", "=", organizationId)
    .executeTakeFirst();
}

export async function writeRetention(
  trx: Transaction<Tables>,
  organizationId: string,
  { rawDays, keepDays }: RetentionDays,
  nowMs: number,
): Promise<void> {
  const days = { raw_days: rawDays, keep_days: keepDays, updated_ms: nowMs };
  await trx
    .insertInto("retention")
    .values({ organization_id: organizationId, ...days })
    .onConflict((conflict) => conflict.column("organization_id").doUpdateSet(days))
    .execute();
}
