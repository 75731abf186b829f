import type { Kysely } from "kysely";

/** Under which packet id a delivery went out to a broker elsewhere, while it is under way there at QoS 2. */
export const migration057 = () => ({
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable("broker_session")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("broker", "text", (column) => column.notNull())
      .addColumn("created_ms", "bigint", (column) => column.notNull())
      .addColumn("repeated", "integer", (column) => column.notNull())
      .addColumn("repeated_ms", "bigint")
      .execute();
    await schema
      .createIndex("broker_session_broker")
      .unique()
      .on("broker_session")
      .columns(["organization_id", "broker"])
      .execute();
    await schema
      .createTable("broker_packet")
      .addColumn("session_id", "text", (column) => column.notNull().references("broker_session.id"))
      .addColumn("packet_id", "integer", (column) => column.notNull())
      .addColumn("turn", "bigint", (column) => column.notNull())
      .addColumn("delivery_id", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("broker_packet_pk", ["session_id", "packet_id"])
      .execute();
  },
});
