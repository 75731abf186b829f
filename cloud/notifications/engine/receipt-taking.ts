import type { Transaction } from "kysely";
import { accept, refuse } from "../../../protocol/errors.ts";
import type { Tables } from "../../database/tables.ts";
import type { NotificationParts, Notifications } from "../notifying.ts";
import { readReceiptToken } from "../receipt-token.ts";
import { type ReceivedReceipt, storeReceipt } from "../receipts.ts";
import { stepOn } from "./fallback-steps.ts";
import { type Change, record, settleRuns } from "./ledger.ts";
import { Tally } from "./tally.ts";

/** What receivers say of messages: told by gateways, and by whoever has the token that came with one. */

const EVENTS = { delivered: "delivered", opened: "opened", expired: "expire" } as const;

export function createReceiptTaking(parts: NotificationParts): Pick<Notifications, "report" | "takeReceipt"> {
  const { db, clock, engine, secret } = parts;

  const take = async (trx: Transaction<Tables>, receipt: ReceivedReceipt): Promise<void> => {
    // Of several with one action the first counts.
    if (!(await storeReceipt(trx, receipt))) return;
    if (!(await isOf(trx, receipt))) return;
    const { id, action, atMs } = receipt;
    if (action === "dismissed") return dismiss(trx, receipt);
    const detail = action === "expired" ? "it expired before the device had it" : null;
    const change: Change = { id, event: EVENTS[action], detail };
    const done = await record(trx, [change], atMs);
    const stepsOn = await stepOn(trx, done, clock.nowMs());
    await settleRuns(
      trx,
      done.map(({ delivery }) => delivery),
      atMs,
    );
    if (stepsOn) db.onCommit(trx, () => engine.look());
  };

  return {
    takeReceipt: take,
    async report({ token, action }) {
      const id = readReceiptToken(secret, token);
      const unknown = refuse("record.not-found", "this is the receipt of no message");
      if (id === null) return unknown;
      const row = await db.read
        .selectFrom("delivery")
        .select("organization_id")
        .where("id", "=", id)
        .executeTakeFirst();
      if (row === undefined) return unknown;
      const receipt = {
        id,
        organizationId: row.organization_id,
        deviceId: null,
        action,
        atMs: clock.nowMs(),
      };
      await db.write((trx) => take(trx, receipt));
      return accept(undefined);
    },
  };
}

/** A gateway may speak of what went to its organisation's own devices only. */
async function isOf(
  trx: Transaction<Tables>,
  { id, organizationId, deviceId }: ReceivedReceipt,
): Promise<boolean> {
  const row = await trx
    .selectFrom("delivery")
    .select("recipient_id")
    .where("id", "=", id)
    .where("organization_id", "=", organizationId)
    .executeTakeFirst();
  return row !== undefined && (deviceId === null || row.recipient_id === deviceId);
}

/** Somebody saw it and put it away: it was delivered, and is not opened. */
async function dismiss(trx: Transaction<Tables>, { id, atMs }: ReceivedReceipt): Promise<void> {
  await record(trx, [{ id, event: "delivered", detail: null }], atMs);
  const row = await trx
    .updateTable("delivery")
    .set({ dismissed_ms: atMs })
    .where("id", "=", id)
    .where("dismissed_ms", "is", null)
    .returning(["organization_id", "notification_id", "slot_ms", "channel", "state"])
    .executeTakeFirst();
  if (row === undefined) return;
  await trx
    .insertInto("delivery_event")
    .values({
      ...{ delivery_id: id, organization_id: row.organization_id, at_ms: atMs },
      ...{ event: "dismissed", state: row.state, detail: null },
    })
    .execute();
  const tally = new Tally(atMs);
  tally.happened(row, "dismissed", null);
  await tally.write(trx);
}
