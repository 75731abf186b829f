import type { Kysely, Transaction } from "kysely";
import type { Tables } from "../database/tables.ts";

/** A device whose time is over. */
export interface DueDevice {
  id: string;
  organization_id: string;
  gateway_id: string;
  key: string;
  name: string;
}

export interface DueSite {
  id: string;
  organization_id: string;
  name: string;
  /** The ids of its devices. */
  devices: string[];
}

/** Of sites that are not deleted: those of a deleted one go with it. */
export function dueDevices(db: Kysely<Tables>, beforeMs: number): Promise<DueDevice[]> {
  return db
    .selectFrom("device")
    .innerJoin("site", "site.id", "device.site_id")
    .select(["device.id", "device.organization_id", "device.gateway_id", "device.key", "device.name"])
    .where("device.deleted_ms", "<=", beforeMs)
    .where("site.deleted_ms", "is", null)
    .orderBy("device.deleted_ms")
    .execute();
}

export async function dueSites(db: Kysely<Tables>, beforeMs: number): Promise<DueSite[]> {
  const sites = await db
    .selectFrom("site")
    .select(["id", "organization_id", "name", "deleted_name"])
    .where("deleted_ms", "<=", beforeMs)
    .orderBy("deleted_ms")
    .execute();
  const due: DueSite[] = [];
  for (const { deleted_name, name, ...site } of sites) {
    const devices = await db.selectFrom("device").select("id").where("site_id", "=", site.id).execute();
    due.push({ ...site, name: deleted_name ?? name, devices: devices.map(({ id }) => id) });
  }
  return due;
}

/** What one transaction takes: some ten milliseconds. */
const ROWS_AT_ONCE = 500;

/** Returns how many rows that were; 0 when nothing is left. */
export async function deleteSomeTelemetry(trx: Transaction<Tables>, deviceId: string): Promise<number> {
  let rows = 0;
  for (const table of ["chunk", "chunk_digest"] as const) {
    const some = await trx
      .selectFrom(table)
      .select("id")
      .where("device_id", "=", deviceId)
      .limit(ROWS_AT_ONCE - rows)
      .execute();
    const ids = some.map(({ id }) => id);
    if (ids.length === 0) continue;
    if (table === "chunk") {
      await trx
        .deleteFrom("open_chunk")
        .where("device_id", "=", deviceId)
        .where("chunk_id", "in", ids)
        .execute();
    }
    await trx.deleteFrom(table).where("id", "in", ids).execute();
    rows += ids.length;
    if (rows >= ROWS_AT_ONCE) break;
  }
  return rows;
}

/** Everything that belongs to a device, in the order in which rows name each other. */
const OF_DEVICE = [
  ...(["open_chunk", "chunk", "chunk_digest", "damaged_chunk", "dropped_telemetry"] as const),
  ...([
    "device_metric",
    "device_conduct",
    "device_config",
    "stale_config",
    "device_tag",
    "bulk_change_device",
    "push_receipt",
    "push_endpoint",
  ] as const),
];

export async function deleteDevice(trx: Transaction<Tables>, id: string): Promise<void> {
  for (const table of OF_DEVICE) await trx.deleteFrom(table).where("device_id", "=", id).execute();
  await trx.deleteFrom("happening").where("subject_id", "=", id).execute();
  await deleteLayers(trx, id);
  await trx.deleteFrom("device").where("id", "=", id).execute();
}

const OF_GATEWAY = [
  ...(["uplog_cursor", "unknown_entry", "gateway_clock", "simulation", "gateway_former_key"] as const),
  ...(["forgotten_entries", "downlog", "removed_device"] as const),
];

/** A site whose devices are gone, with its gateways. */
export async function deleteSite(trx: Transaction<Tables>, id: string): Promise<void> {
  const gateways = trx.selectFrom("gateway").select("id").where("site_id", "=", id);
  for (const table of OF_GATEWAY) await trx.deleteFrom(table).where("gateway_id", "in", gateways).execute();
  await trx.deleteFrom("gateway_claim").where("site_id", "=", id).execute();
  await trx.deleteFrom("gateway").where("site_id", "=", id).execute();
  await trx.deleteFrom("happening").where("site_id", "=", id).execute();
  await trx.deleteFrom("site_tag").where("site_id", "=", id).execute();
  await deleteLayers(trx, id);
  await trx.deleteFrom("site").where("id", "=", id).execute();
}

/** What was wanted of a site or a device, with its history. */
async function deleteLayers(trx: Transaction<Tables>, subject: string): Promise<void> {
  for (const table of ["config_layer", "config_layer_version"] as const)
    await trx.deleteFrom(table).where("subject", "=", subject).execute();
}
