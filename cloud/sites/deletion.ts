import type { Transaction } from "kysely";
import type { Tables } from "../database/tables.ts";

/**
 * Deleting a site takes it, its devices and its gateways out of sight, all of it reversible: its devices are retired
 * as of the very moment of the deletion, and its gateways paused, which keep what they collect meanwhile.
 */

/** Returns the gateways that were paused. */
export async function hideSite(
  trx: Transaction<Tables>,
  site: { id: string; name: string },
  nowMs: number,
): Promise<string[]> {
  await trx
    .updateTable("site")
    // Another site may have its name from now on.
    .set({ deleted_ms: nowMs, deleted_name: site.name, name: site.id, updated_ms: nowMs })
    .where("id", "=", site.id)
    .execute();
  await trx
    .updateTable("device")
    .set((eb) => ({
      retired_from: eb.ref("lifecycle"),
      lifecycle: "retired",
      retired_ms: nowMs,
      updated_ms: nowMs,
    }))
    .where("site_id", "=", site.id)
    .where("lifecycle", "!=", "retired")
    .execute();
  await trx.deleteFrom("gateway_claim").where("site_id", "=", site.id).execute();
  const paused = await trx
    .updateTable("gateway")
    .set({ paused_ms: nowMs })
    .where("site_id", "=", site.id)
    .returning("id")
    .execute();
  return paused.map(({ id }) => id);
}

/** Brings it back as it was. Devices that were retired before the site was deleted stay so. */
export async function showSite(
  trx: Transaction<Tables>,
  site: { id: string; deleted_ms: number | null; deleted_name: string | null },
  nowMs: number,
): Promise<void> {
  await trx
    .updateTable("site")
    .set({
      name: site.deleted_name ?? site.id,
      deleted_ms: null,
      deleted_name: null,
      updated_ms: nowMs,
    })
    .where("id", "=", site.id)
    .execute();
  await trx
    .updateTable("device")
    .set((eb) => ({
      lifecycle: eb.ref("retired_from").$castTo<string>(),
      retired_ms: null,
      retired_from: null,
      updated_ms: nowMs,
    }))
    .where("site_id", "=", site.id)
    .where("retired_ms", "=", site.deleted_ms)
    // Only those that went with the site know what they were before.
    .where("retired_from", "is not", null)
    .where("deleted_ms", "is", null)
    .execute();
  await trx.updateTable("gateway").set({ paused_ms: null }).where("site_id", "=", site.id).execute();
}
