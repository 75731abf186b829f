import { type Kysely, sql } from "kysely";

/** What people find of notifications, how they want to be told, and the wordings notifications are made from. */
export const migration054 = () => ({
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable("inbox_item")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("user_id", "text", (column) => column.notNull())
      .addColumn("notification_id", "text", (column) => column.notNull())
      .addColumn("slot_ms", "bigint", (column) => column.notNull())
      .addColumn("message", "text", (column) => column.notNull())
      .addColumn("title", "text", (column) => column.notNull())
      .addColumn("priority", "text", (column) => column.notNull())
      .addColumn("category", "text")
      .addColumn("at_ms", "bigint", (column) => column.notNull())
      .addColumn("read_ms", "bigint")
      .execute();
    await schema
      .createIndex("inbox_item_of")
      .unique()
      .on("inbox_item")
      .columns(["notification_id", "slot_ms", "user_id"])
      .execute();
    await schema
      .createIndex("inbox_item_by_user")
      .on("inbox_item")
      .columns(["user_id", "organization_id", "id"])
      .execute();
    await schema
      .createIndex("inbox_item_unread")
      .on("inbox_item")
      .columns(["user_id", "organization_id", "id"])
      .where(sql<boolean>`read_ms is null`)
      .execute();
    await schema.createIndex("inbox_item_at").on("inbox_item").columns(["at_ms"]).execute();
    await schema
      .createTable("notification_setting")
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("user_id", "text", (column) => column.notNull())
      .addColumn("language", "text")
      .addColumn("quiet_hours", "text")
      .addColumn("email", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("notification_setting_pk", ["organization_id", "user_id"])
      .execute();
    await schema
      .createTable("topic_subscription")
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("topic", "text", (column) => column.notNull())
      .addColumn("user_id", "text", (column) => column.notNull())
      .addColumn("since_ms", "bigint", (column) => column.notNull())
      .addPrimaryKeyConstraint("topic_subscription_pk", ["organization_id", "topic", "user_id"])
      .execute();
    await schema
      .createTable("notification_fallback")
      .addColumn("notification_id", "text", (column) => column.notNull())
      .addColumn("slot_ms", "bigint", (column) => column.notNull())
      .addColumn("user_id", "text", (column) => column.notNull())
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("step", "integer", (column) => column.notNull())
      .addColumn("due_ms", "bigint", (column) => column.notNull())
      .addPrimaryKeyConstraint("notification_fallback_pk", ["notification_id", "slot_ms", "user_id"])
      .execute();
    await schema
      .createIndex("notification_fallback_due")
      .on("notification_fallback")
      .columns(["due_ms"])
      .execute();
    await schema
      .createTable("notification_template")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("spec", "text", (column) => column.notNull())
      .addColumn("created_ms", "bigint", (column) => column.notNull())
      .addColumn("updated_ms", "bigint", (column) => column.notNull())
      .addUniqueConstraint("notification_template_name", ["organization_id", "name"])
      .execute();
  },
});
