import type { Kysely, Transaction } from "kysely";
import type { NotificationAck } from "../../protocol/log/uplog/notification-ack.ts";
import type { Tables } from "../database/tables.ts";

/** What became of a notification where it was sent, as its receiver or the gateway there says. Time by our clock. */
export interface ReceivedReceipt {
  id: string;
  organizationId: string;
  /** Null when no gateway told it. */
  deviceId: string | null;
  action: NotificationAck["action"];
  atMs: number;
}

/** Takes part in the transaction that brought the receipt. */
export type TakeReceipt = (trx: Transaction<Tables>, receipt: ReceivedReceipt) => Promise<void>;

/** Stores them; gives those that are news. Of several with one action the first counts. */
export async function storeReceipts(
  trx: Transaction<Tables>,
  receipts: readonly ReceivedReceipt[],
): Promise<ReceivedReceipt[]> {
  if (receipts.length === 0) return [];
  const stored = await trx
    .insertInto("push_receipt")
    .values(
      receipts.map(({ id, action, organizationId, deviceId, atMs }) => ({
        ...{ id, action, organization_id: organizationId, device_id: deviceId, at_ms: atMs },
      })),
    )
    .onConflict((conflict) => conflict.columns(["id", "action"]).doNothing())
    .returning(["id", "action"])
    .execute();
  const news = new Set(stored.map(({ id, action }) => `${id} ${action}`));
  return receipts.filter(({ id, action }) => news.delete(`${id} ${action}`));
}

/** All of one notification's, oldest first. */
export async function receiptsOf(
  db: Kysely<Tables>,
  organizationId: string,
  id: string,
): Promise<{ action: string; deviceId: string | null; atMs: number }[]> {
  return db
    .selectFrom("push_receipt")
    .select(["action", "device_id as deviceId", "at_ms as atMs"])
    .where("id", "=", id)
    .where("organization_id", "=", organizationId)
    .orderBy("at_ms")
    .execute();
}
