import { sql, type Transaction } from "kysely";
import { DAY } from "../../../protocol/units.ts";
import type { CloudDatabase } from "../../database/database.ts";
import type { Tables } from "../../database/tables.ts";
import { turnNow } from "./claims.ts";
import { insertDeliveries, record, settleRuns } from "./ledger.ts";
import { type DeliveryRow, isReady } from "./spec.ts";

/** What placing needs: it tells whose lanes something new stands in, once that is committed. */
export interface Placing {
  db: Pick<CloudDatabase, "onCommit">;
  /** These lanes have something ready; something waits until `dueMs`. */
  placed(lanes: Iterable<string>, dueMs: number | null): void;
}

const SAME_KEY_AT_ONCE = 200;

/**
 * Puts new deliveries into their lanes, so that who sends to many and who sends to few take turns; a newer one takes the
 * place of an older one with the same collapse key that is not on its way yet. `turns` remembers, of one run, how far it
 * is in each lane.
 */
export async function place(
  { db, placed }: Placing,
  trx: Transaction<Tables>,
  rows: readonly DeliveryRow[],
  turns: Map<string, number>,
  nowMs: number,
): Promise<string[]> {
  for (const row of rows) {
    const key = `${row.urgency} ${row.lane}`;
    const turn = turns.get(key) ?? (await turnNow(trx, row.lane, row.urgency));
    row.turn = turn;
    turns.set(key, turn + 1);
  }
  await collapse(trx, rows, nowMs);
  const made = await insertDeliveries(trx, rows, nowMs);
  const news = new Set(made);
  const own = rows.filter(({ id }) => news.has(id));
  const lanes = new Set(own.filter(isReady).map(({ lane }) => lane));
  const waiting = own.filter((row) => row.state === "queued" && !isReady(row)).map((row) => row.due_ms);
  db.onCommit(trx, () => placed(lanes, waiting.length === 0 ? null : Math.min(...waiting)));
  return made;
}

async function collapse(
  trx: Transaction<Tables>,
  rows: readonly DeliveryRow[],
  nowMs: number,
): Promise<void> {
  const keyed = rows.filter((row) => row.collapse_key !== null && row.address_key !== null);
  for (let from = 0; from < keyed.length; from += SAME_KEY_AT_ONCE) {
    const some = keyed.slice(from, from + SAME_KEY_AT_ONCE);
    const [first] = some as [DeliveryRow];
    const older = await trx
      .selectFrom("delivery")
      .select("id")
      .where("organization_id", "=", first.organization_id)
      .where("collapse_key", "=", first.collapse_key)
      .where(
        "address_key",
        "in",
        some.map((row) => row.address_key),
      )
      .where("queue", ">", sql.lit(0))
      .where("created_ms", ">", nowMs - 28 * DAY)
      .where((where) =>
        where.or([
          where("notification_id", "!=", first.notification_id),
          where("slot_ms", "!=", first.slot_ms),
        ]),
      )
      .execute();
    const done = await record(
      trx,
      older.map(({ id }) => ({ id, event: "drop", detail: "a newer one took its place" })),
      nowMs,
    );
    await settleRuns(
      trx,
      done.map(({ delivery }) => delivery),
      nowMs,
    );
  }
}
