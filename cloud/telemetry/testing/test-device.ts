import type { CloudDatabase } from "../../database/database.ts";

export const DEVICE = "device-1";

/** A device `meter` of gateway `g` in organisation `o`, in an empty database. */
export async function addTestDevice(db: CloudDatabase): Promise<void> {
  const common = { organization_id: "o", created_ms: 0, updated_ms: 0 };
  await db.write(async (trx) => {
    const site = { ...common, id: "s", name: "s", description: "", address: "", time_zone: "UTC" };
    await trx.insertInto("site").values(site).execute();
    await trx
      .insertInto("gateway")
      .values({
        id: "g",
        organization_id: "o",
        site_id: "s",
        name: "g",
        public_key: "",
        created_ms: 0,
        urgent_head: 0,
        bulk_head: 0,
        downlog_epoch: "e",
        downlog_head: 0,
        downlog_acked: 0,
      })
      .execute();
    await trx
      .insertInto("device")
      .values({
        ...common,
        id: DEVICE,
        site_id: "s",
        gateway_id: "g",
        key: "meter",
        provenance: "real",
        lifecycle: "active",
        connectivity: "never",
        attributes: "{}",
      })
      .execute();
  });
}
