import type { Selectable, Transaction } from "kysely";
import type { Address } from "../../../protocol/notifications/address.ts";
import type { Message } from "../../../protocol/notifications/message.ts";
import type { Variables } from "../../../protocol/notifications/placeholders.ts";
import { SECOND } from "../../../protocol/units.ts";
import type { PushEndpointTable } from "../../database/push-tables.ts";
import type { Tables } from "../../database/tables.ts";
import { type Change, record, settleRuns } from "./ledger.ts";
import { type DeliveryRow, type KnownNotification, known, messageTo } from "./spec.ts";

/** From deliveries that were taken up to what is handed over: address and message, as they are now. */

export interface Ready {
  row: DeliveryRow;
  /** Null of a letter, which has `email`. */
  address: Address | null;
  email: string | null;
  message: Message;
  vapidKeyId: string | null;
  lastSentMs: number | null;
  /** When the message itself is of no use any more; the delivery has a little longer to get on its way. */
  expiresMs: number;
}

/** A message that is to come now or never still has to get to the platform. */
export const ON_ITS_WAY_MS = 30 * SECOND;
const NOTIFICATIONS_KEPT = 200;

type Endpoint = Selectable<PushEndpointTable>;

/** Looks up what deliveries are made of. Remembers notifications, which do not change but for being cancelled. */
export class Loader {
  readonly #known = new Map<string, KnownNotification & { messages: Map<string, Message> }>();

  /** Those that can be sent; the others are ended with the reason. */
  async load(trx: Transaction<Tables>, rows: readonly DeliveryRow[], nowMs: number): Promise<Ready[]> {
    const cancelled = await this.#notifications(trx, rows);
    const endpoints = await endpointsOf(trx, rows);
    const emails = await emailsOf(trx, rows);
    const ready: Ready[] = [];
    const ends: Change[] = [];
    for (const row of rows) {
      const end = endOf(row, nowMs, cancelled, endpoints, emails);
      if (end !== null) ends.push(end);
      else
        ready.push(
          this.#ready(row, endpoints.get(row.endpoint_id ?? ""), emails.get(row.recipient_id ?? "")),
        );
    }
    if (ends.length > 0) {
      const done = await record(trx, ends, nowMs);
      await settleRuns(
        trx,
        done.map(({ delivery }) => delivery),
        nowMs,
      );
    }
    return ready;
  }

  /** The message of a delivery, with its places filled. Its notification must have been looked up. */
  messageOf(row: Pick<DeliveryRow, "notification_id" | "language" | "variables">): Message {
    const notification = this.#known.get(row.notification_id)!;
    if (notification.isPersonal) {
      const own = row.variables === null ? {} : (JSON.parse(row.variables) as Variables);
      return messageTo(notification.spec, row.language, own);
    }
    const language = row.language ?? "";
    const made = notification.messages.get(language) ?? messageTo(notification.spec, row.language, {});
    notification.messages.set(language, made);
    return made;
  }

  #ready(row: DeliveryRow, endpoint: Endpoint | undefined, email: string | undefined): Ready {
    const message = this.messageOf(row);
    const text = endpoint?.address ?? row.address;
    // The delivery's own end leaves time to get on the way.
    const slackMs = Math.max(0, ON_ITS_WAY_MS - message.timeToLiveSeconds * SECOND);
    return {
      row,
      address: text === null ? null : (JSON.parse(text) as Address),
      email: email ?? null,
      message,
      vapidKeyId: endpoint?.vapid_key_id ?? null,
      lastSentMs: endpoint?.last_sent_ms ?? null,
      expiresMs: row.expires_ms - slackMs,
    };
  }

  /** Gives the ids of those that were cancelled. */
  async #notifications(trx: Transaction<Tables>, rows: readonly DeliveryRow[]): Promise<Set<string>> {
    const ids = [...new Set(rows.map((row) => row.notification_id))];
    const missing = ids.filter((id) => !this.#known.has(id));
    if (missing.length > 0) {
      const found = await trx.selectFrom("notification").selectAll().where("id", "in", missing).execute();
      for (const row of found) this.#known.set(row.id, { ...known(row), messages: new Map() });
      for (const id of this.#known.keys()) {
        if (this.#known.size <= NOTIFICATIONS_KEPT) break;
        if (!ids.includes(id)) this.#known.delete(id);
      }
    }
    const cancelled = await trx
      .selectFrom("notification")
      .select("id")
      .where("id", "in", ids)
      .where("cancelled_ms", "is not", null)
      .execute();
    return new Set(cancelled.map(({ id }) => id));
  }
}

function endOf(
  row: DeliveryRow,
  nowMs: number,
  cancelled: ReadonlySet<string>,
  endpoints: ReadonlyMap<string, Endpoint>,
  emails: ReadonlyMap<string, string>,
): Change | null {
  const drop = (detail: string): Change => ({ id: row.id, event: "drop", detail });
  if (cancelled.has(row.notification_id)) return drop("the notification was cancelled");
  if (row.expires_ms <= nowMs)
    return { id: row.id, event: "expire", detail: row.reason ?? "its time was over before it could be sent" };
  if (row.channel === "email")
    return emails.has(row.recipient_id ?? "") ? null : drop("is no member of the organisation any more");
  if (row.endpoint_id === null) return null;
  const endpoint = endpoints.get(row.endpoint_id);
  if (endpoint === undefined) return drop("the endpoint was removed");
  return endpoint.disabled_ms === null ? null : drop(`the endpoint is disabled: ${endpoint.disabled_reason}`);
}

async function endpointsOf(
  trx: Transaction<Tables>,
  rows: readonly DeliveryRow[],
): Promise<Map<string, Endpoint>> {
  const ids = rows.map((row) => row.endpoint_id).filter((id) => id !== null);
  if (ids.length === 0) return new Map();
  const found = await trx.selectFrom("push_endpoint").selectAll().where("id", "in", ids).execute();
  return new Map(found.map((endpoint) => [endpoint.id, endpoint]));
}

/** By the id of the person, as long as they are a member. */
async function emailsOf(
  trx: Transaction<Tables>,
  rows: readonly DeliveryRow[],
): Promise<Map<string, string>> {
  const letters = rows.filter(({ channel }) => channel === "email");
  const [first] = letters;
  if (first === undefined) return new Map();
  const found = await trx
    .selectFrom("user")
    .innerJoin("member", "member.userId", "user.id")
    .select(["user.id", "user.email", "member.organizationId"])
    .where(
      "user.id",
      "in",
      letters.map((row) => row.recipient_id ?? ""),
    )
    .execute();
  const ofThem = new Map<string, string>();
  for (const { id, email, organizationId } of found)
    if (letters.some((row) => row.recipient_id === id && row.organization_id === organizationId))
      ofThem.set(id, email);
  return ofThem;
}
