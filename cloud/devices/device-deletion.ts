import type { Transaction } from "kysely";
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
