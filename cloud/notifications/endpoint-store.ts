import { createHash } from "node:crypto";
import type { Kysely, Selectable, Transaction } from "kysely";
import { toTimestamp } from "../../protocol/api/list.ts";
import { type Address, addressKey, type PlatformName } from "../../protocol/notifications/address.ts";
import type { Endpoint } from "../../protocol/notifications/endpoint.ts";
import type { PushEndpointTable } from "../database/push-tables.ts";
import type { Tables } from "../database/tables.ts";

/** The table `push_endpoint`. */
export type EndpointRow = Selectable<PushEndpointTable>;

/** What an address is known by; not the address itself, which may be long and is a key to its owner. */
export function addressDigest(address: Address): string {
  return createHash("sha256").update(addressKey(address)).digest("hex");
}

/** One of the organisation's, by id. */
export function findEndpoint(
  db: Kysely<Tables>,
  organizationId: string,
  id: string,
): Promise<EndpointRow | undefined> {
  return db
    .selectFrom("push_endpoint")
    .selectAll()
    .where("id", "=", id)
    .where("organization_id", "=", organizationId)
    .executeTakeFirst();
}

/** Those of a person or of a device, newest first. */
export function selectEndpoints(
  db: Kysely<Tables>,
  organizationId: string,
  of: { userId: string } | { deviceId: string },
): Promise<EndpointRow[]> {
  const query = db.selectFrom("push_endpoint").selectAll().where("organization_id", "=", organizationId);
  const whose =
    "userId" in of ? query.where("user_id", "=", of.userId) : query.where("device_id", "=", of.deviceId);
  return whose.orderBy("created_ms", "desc").orderBy("id", "desc").execute();
}

/** Registers it, or takes it in again: then it is the newest one's, and no longer disabled. */
export function upsertEndpoint(
  trx: Transaction<Tables>,
  row: Omit<EndpointRow, "last_sent_ms" | "disabled_ms" | "disabled_reason">,
): Promise<EndpointRow> {
  const { address, user_id, device_id, label, vapid_key_id } = row;
  const renewed = {
    address,
    user_id,
    device_id,
    label,
    vapid_key_id,
    disabled_ms: null,
    disabled_reason: null,
  };
  return trx
    .insertInto("push_endpoint")
    .values({ ...row, last_sent_ms: null, disabled_ms: null, disabled_reason: null })
    .onConflict((conflict) => conflict.columns(["organization_id", "address_key"]).doUpdateSet(renewed))
    .returningAll()
    .executeTakeFirstOrThrow();
}

/**
 * A person's endpoint goes on at another address, which is then to be upserted. Gives it as it was; undefined when the
 * person has none at the old one.
 */
export async function moveEndpoint(
  trx: Transaction<Tables>,
  { organizationId, userId }: { organizationId: string; userId: string },
  from: string,
  to: string,
): Promise<EndpointRow | undefined> {
  const row = await trx
    .selectFrom("push_endpoint")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .where("user_id", "=", userId)
    .where("address_key", "=", from)
    .executeTakeFirst();
  if (row === undefined || from === to) return row;
  const taken = await trx
    .selectFrom("push_endpoint")
    .select("id")
    .where("organization_id", "=", organizationId)
    .where("address_key", "=", to)
    .executeTakeFirst();
  if (taken === undefined)
    await trx.updateTable("push_endpoint").set({ address_key: to }).where("id", "=", row.id).execute();
  else await trx.deleteFrom("push_endpoint").where("id", "=", row.id).execute();
  return row;
}

/** Nothing more is sent to these addresses. Those that are disabled already keep their reason. */
export async function disableEndpoints(
  trx: Transaction<Tables>,
  organizationId: string,
  ended: readonly { digest: string; reason: string }[],
  nowMs: number,
): Promise<void> {
  for (const { digest, reason } of ended) {
    await trx
      .updateTable("push_endpoint")
      .set({ disabled_ms: nowMs, disabled_reason: reason })
      .where("organization_id", "=", organizationId)
      .where("address_key", "=", digest)
      .where("disabled_ms", "is", null)
      .execute();
  }
}

/** To these something was handed. */
export async function touchEndpoints(
  trx: Transaction<Tables>,
  ids: readonly string[],
  nowMs: number,
): Promise<void> {
  if (ids.length === 0) return;
  await trx.updateTable("push_endpoint").set({ last_sent_ms: nowMs }).where("id", "in", ids).execute();
}

/** How many there are of each platform, and how many are disabled. */
export async function countEndpoints(
  db: Kysely<Tables>,
  organizationId: string,
): Promise<Map<string, { total: number; disabled: number }>> {
  const rows = await db
    .selectFrom("push_endpoint")
    .select((eb) => [
      "platform",
      eb.fn.countAll<number>().as("total"),
      eb.fn.count<number>("disabled_ms").as("disabled"),
    ])
    .where("organization_id", "=", organizationId)
    .groupBy("platform")
    .execute();
  return new Map(rows.map(({ platform, total, disabled }) => [platform, { total, disabled }]));
}

const SHOWN = 8;

export function toEndpoint(row: EndpointRow): Endpoint {
  const address = JSON.parse(row.address) as Address;
  return {
    id: row.id,
    platform: row.platform as PlatformName,
    user: row.user_id,
    device: row.device_id,
    label: row.label,
    hint: hintOf(address),
    createdAt: toTimestamp(row.created_ms),
    lastSentAt: row.last_sent_ms === null ? null : toTimestamp(row.last_sent_ms),
    disabledAt: row.disabled_ms === null ? null : toTimestamp(row.disabled_ms),
    disabledReason: row.disabled_reason,
  };
}

/** The push service's name where there is one, and the end of what is behind it. */
export function hintOf(address: Address): string {
  switch (address.platform) {
    case "fcm":
    case "apns":
      return `…${address.token.slice(-SHOWN)}`;
    case "web-push":
      return `${new URL(address.endpoint).host} …${address.endpoint.slice(-SHOWN)}`;
    case "wns":
      return `${new URL(address.channelUri).host} …${address.channelUri.slice(-SHOWN)}`;
    case "mqtt":
      return address.topic ?? address.device ?? "";
  }
}
