import type { Kysely } from "kysely";
import type { Dialect } from "../database.ts";

/** What gateways dropped of their devices' telemetry before it could come here, because their disk budget was used up. */
export const migration008 = (dialect: Dialect) => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("dropped_telemetry")
      .addColumn("id", dialect === "postgres" ? "bigserial" : "integer", (column) => column.primaryKey())
      .addColumn("device_id", "text", (column) => column.notNull().references("device.id"))
      .addColumn("min_ms", "bigint", (column) => column.notNull())
      .addColumn("max_ms", "bigint", (column) => column.notNull())
      .addColumn("readings", "bigint", (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex("dropped_telemetry_device")
      .on("dropped_telemetry")
      .columns(["device_id", "max_ms"])
      .execute();
  },
});
