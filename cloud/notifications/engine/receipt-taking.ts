import type { Transaction } from "kysely";
import { accept, type Result, refuse } from "../../../protocol/errors.ts";
import type { Tables } from "../../database/tables.ts";
import type { NotificationParts, Notifications } from "../notifying.ts";
import { readReceiptToken } from "../receipt-token.ts";
import { type ReceivedReceipt, storeReceipts } from "../receipts.ts";
import { stepOn } from "./fallback-steps.ts";
import { type Change, record, settleRuns } from "./ledger.ts";
import type { DeliveryRow } from "./spec.ts";
import { Tally } from "./tally.ts";

/** What receivers say of messages: told by gateways, and by whoever has the token that came with one. */

const EVENTS = {
  delivered: "delivered",
  opened: "opened",
  dismissed: "delivered",
  expired: "expire",
} as const;
/** In the order in which they can have happened. */
const ORDER = ["expired", "delivered", "opened", "dismissed"];
const EXPIRED = "it expired before the device had it";
const AT_ONCE = 500;

type Spoken = Pick<DeliveryRow, "id" | "organization_id" | "recipient_id">;
interface Reported {
  id: string;
  action: ReceivedReceipt["action"];
  resolve(result: Result<void>): void;
  reject(error: unknown): void;
}

export function createReceiptTaking(parts: NotificationParts): Pick<Notifications, "report" | "takeReceipt"> {
  const { db, clock, engine, secret, log } = parts;
  const reported: Reported[] = [];
  let isWriting = false;

  const take = async (trx: Transaction<Tables>, receipts: readonly ReceivedReceipt[]): Promise<void> => {
    // Of several with one action the first counts.
    const news = await storeReceipts(trx, receipts);
    if (news.length === 0) return;
    const spoken = await deliveriesOf(trx, news);
    const meant = news.filter((one) => isOf(one, spoken.get(one.id)));
    // What is told together is told of one moment.
    const stepsOn = await recordReceipts(trx, meant, receipts[0]!.atMs);
    if (stepsOn) db.onCommit(trx, () => engine.look());
  };

  /** What is told in the same moment shares a transaction. */
  const writeAll = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    while (reported.length > 0) {
      const some = reported.splice(0, AT_ONCE);
      try {
        const known = await db.write(async (trx) => {
          const spoken = await deliveriesOf(trx, some);
          const atMs = clock.nowMs();
          const receipts = some.flatMap(({ id, action }) => {
            const row = spoken.get(id);
            return row === undefined
              ? []
              : [{ id, action, organizationId: row.organization_id, deviceId: null, atMs }];
          });
          await take(trx, receipts);
          return spoken;
        });
        for (const { id, resolve } of some) resolve(known.has(id) ? accept(undefined) : unknownReceipt());
      } catch (error) {
        log.error("receipts could not be stored; whoever told them tells them again", { error });
        for (const { reject } of some) reject(error);
      }
    }
    isWriting = false;
  };

  return {
    takeReceipt: (trx, receipt) => take(trx, [receipt]),
    async report({ token, action }) {
      const id = readReceiptToken(secret, token);
      if (id === null) return unknownReceipt();
      return new Promise((resolve, reject) => {
        reported.push({ id, action, resolve, reject });
        if (isWriting) return;
        isWriting = true;
        void writeAll();
      });
    },
  };
}

const unknownReceipt = () => refuse("record.not-found", "this is the receipt of no message");

async function deliveriesOf(
  trx: Transaction<Tables>,
  some: readonly { id: string }[],
): Promise<Map<string, Spoken>> {
  const rows = await trx
    .selectFrom("delivery")
    .select(["id", "organization_id", "recipient_id"])
    .where("id", "in", [...new Set(some.map(({ id }) => id))])
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** A gateway may speak of what went to its organisation's own devices only. */
function isOf({ organizationId, deviceId }: ReceivedReceipt, row: Spoken | undefined): boolean {
  if (row === undefined || row.organization_id !== organizationId) return false;
  return deviceId === null || row.recipient_id === deviceId;
}

/** Whether somebody is to be reached another way, or has been reached. */
async function recordReceipts(
  trx: Transaction<Tables>,
  receipts: readonly ReceivedReceipt[],
  nowMs: number,
): Promise<boolean> {
  const inOrder = receipts.toSorted((a, b) => ORDER.indexOf(a.action) - ORDER.indexOf(b.action));
  const changes = inOrder.map(
    ({ id, action }): Change => ({
      ...{ id, event: EVENTS[action], detail: action === "expired" ? EXPIRED : null },
    }),
  );
  const done = await record(trx, changes, nowMs);
  const stepsOn = await stepOn(trx, done, nowMs);
  await settleRuns(
    trx,
    done.map(({ delivery }) => delivery),
    nowMs,
  );
  // Somebody saw it and put it away: it was delivered, and is not opened.
  for (const receipt of inOrder) if (receipt.action === "dismissed") await dismiss(trx, receipt);
  return stepsOn;
}

async function dismiss(trx: Transaction<Tables>, { id, atMs }: ReceivedReceipt): Promise<void> {
  const row = await trx
    .updateTable("delivery")
    .set({ dismissed_ms: atMs })
    .where("id", "=", id)
    .where("dismissed_ms", "is", null)
    .returning(["organization_id", "notification_id", "slot_ms", "channel", "state", "simulated"])
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
