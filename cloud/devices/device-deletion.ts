import { type SqlBool, sql, type Transaction } from "kysely";
import { DELETED_KEPT_MS } from "../../protocol/api/deletion.ts";
import type { Tables } from "../database/tables.ts";
import type { DeviceRow } from "./store.ts";

/**
 * Deleting a device takes it out of sight, and that is all: its gateway goes on bringing what it says, so that nothing
 * is missing when it is restored. `cloud/purge` deletes it for good once its time is over.
 */

export async function hideDevice(trx: Transaction<Tables>, row: DeviceRow, nowMs: number): Promise<void> {
  await trx
    .updateTable("device")
    .set({
      deleted_ms: nowMs,
      updated_ms: nowMs,
      lifecycle: "retired",
      retired_ms: row.retired_ms ?? nowMs,
      // One that went with its site knows what it was before.
      retired_from: row.retired_from ?? row.lifecycle,
    })
    .where("id", "=", row.id)
    .execute();
}

/** Brings it back as it was: one that was retired before it was deleted stays so. */
export async function showDevice(trx: Transaction<Tables>, row: DeviceRow, nowMs: number): Promise<void> {
  const lifecycle = row.retired_from ?? "active";
  await trx
    .updateTable("device")
    .set({
      deleted_ms: null,
      updated_ms: nowMs,
      lifecycle,
      retired_ms: lifecycle === "retired" ? row.retired_ms : null,
      retired_from: null,
    })
    .where("id", "=", row.id)
    .execute();
}

/** Whether its time is not over yet. */
export const canReturn = (row: DeviceRow, nowMs: number): boolean =>
  row.deleted_ms !== null && row.deleted_ms > nowMs - DELETED_KEPT_MS;

/** The same for all devices of a bulk change. */
export async function hideDevices(trx: Transaction<Tables>, bulkId: string, nowMs: number): Promise<void> {
  await trx
    .updateTable("device")
    .set((eb) => ({
      deleted_ms: nowMs,
      updated_ms: nowMs,
      lifecycle: "retired",
      retired_ms: eb.fn.coalesce("retired_ms", eb.val(nowMs)),
      retired_from: eb.fn.coalesce("retired_from", "lifecycle"),
    }))
    .where("id", "in", changedBy(trx, bulkId))
    .execute();
}

/** Brings back those that the bulk change deleted, and nobody else since; what went with its site comes back with it. */
export async function showDevices(
  trx: Transaction<Tables>,
  bulkId: string,
  deletedMs: number,
  nowMs: number,
): Promise<void> {
  const wasRetired = sql<SqlBool>`retired_from = 'retired'`;
  await trx
    .updateTable("device")
    .set((eb) => ({
      deleted_ms: null,
      updated_ms: nowMs,
      lifecycle: eb.fn.coalesce("retired_from", eb.val("active")),
      retired_ms: eb.case().when(wasRetired).then(eb.ref("retired_ms")).else(null).end(),
      retired_from: null,
    }))
    .where("id", "in", changedBy(trx, bulkId))
    .where("deleted_ms", "=", deletedMs)
    .where("site_id", "not in", (of) =>
      of.selectFrom("site").select("id").where("site.deleted_ms", "is not", null),
    )
    .execute();
}

const changedBy = (trx: Transaction<Tables>, id: string) =>
  trx.selectFrom("bulk_change_device").select("device_id").where("bulk_change_id", "=", id);
