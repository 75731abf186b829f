import type { Kysely } from "kysely";

/** The simulation that is wanted at each gateway, and what the gateway told of it last. */
export const migration045 = () => ({
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable("simulation")
      .addColumn("gateway_id", "text", (column) => column.primaryKey().references("gateway.id"))
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("run_id", "text")
      .addColumn("scenario", "text")
      .addColumn("faults", "text", (column) => column.notNull())
      .addColumn("cleared", "text", (column) => column.notNull())
      .addColumn("remove_devices", "integer", (column) => column.notNull())
      .addColumn("started_ms", "bigint")
      .addColumn("started_by", "text")
      .addColumn("report", "text")
      .addColumn("report_ms", "bigint")
      .execute();
    await schema
      .createIndex("simulation_organization")
      .on("simulation")
      .columns(["organization_id"])
      .execute();
  },
});
