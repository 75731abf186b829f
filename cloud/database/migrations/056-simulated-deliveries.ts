import { type Kysely, sql } from "kysely";

/**
 * Deliveries to simulated devices are counted apart, so that statistics can leave them out. What was counted before is
 * taken for real.
 */
export const migration056 = () => ({
  async up(db: Kysely<unknown>): Promise<void> {
    const { schema } = db;
    await schema
      .alterTable("delivery")
      .addColumn("simulated", "integer", (column) => column.notNull().defaultTo(0))
      .execute();
    await schema
      .createTable("delivery_day_apart")
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("day", "integer", (column) => column.notNull())
      .addColumn("channel", "text", (column) => column.notNull())
      .addColumn("event", "text", (column) => column.notNull())
      .addColumn("simulated", "integer", (column) => column.notNull())
      .addColumn("deliveries", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("delivery_day_apart_pk", [
        ...(["organization_id", "day", "channel", "event", "simulated"] as const),
      ])
      .execute();
    await sql`insert into delivery_day_apart (organization_id, day, channel, event, simulated, deliveries)
      select organization_id, day, channel, event, 0, deliveries from delivery_day`.execute(db);
    await schema.dropTable("delivery_day").execute();
    await schema.alterTable("delivery_day_apart").renameTo("delivery_day").execute();
    await schema
      .createTable("delivery_reason_apart")
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("day", "integer", (column) => column.notNull())
      .addColumn("notification_id", "text", (column) => column.notNull())
      .addColumn("channel", "text", (column) => column.notNull())
      .addColumn("event", "text", (column) => column.notNull())
      .addColumn("reason", "text", (column) => column.notNull())
      .addColumn("simulated", "integer", (column) => column.notNull())
      .addColumn("deliveries", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("delivery_reason_apart_pk", [
        ...(["organization_id", "day", "notification_id"] as const),
        ...(["channel", "event", "reason", "simulated"] as const),
      ])
      .execute();
    await sql`insert into delivery_reason_apart
        (organization_id, day, notification_id, channel, event, reason, simulated, deliveries)
      select organization_id, day, notification_id, channel, event, reason, 0, deliveries
      from delivery_reason`.execute(db);
    await schema.dropTable("delivery_reason").execute();
    await schema.alterTable("delivery_reason_apart").renameTo("delivery_reason").execute();
    await schema
      .createIndex("delivery_reason_by_notification_id")
      .on("delivery_reason")
      .columns(["notification_id"])
      .execute();
  },
});
