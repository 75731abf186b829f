import { type Kysely, sql } from "kysely";
import type { Dialect } from "../database.ts";

/** Notifications, their runs, and what becomes of each of their deliveries. */
export const migration053 = (dialect: Dialect) => ({
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable("notification")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("spec", "text", (column) => column.notNull())
      .addColumn("status", "text", (column) => column.notNull())
      .addColumn("dedupe_key", "text")
      .addColumn("next_ms", "bigint")
      .addColumn("created_ms", "bigint", (column) => column.notNull())
      .addColumn("created_by", "text")
      .addColumn("created_name", "text", (column) => column.notNull())
      .addColumn("cancelled_ms", "bigint")
      .execute();
    await index(schema, "notification", ["organization_id", "created_ms", "id"]);
    await index(schema, "notification", ["next_ms"], sql<boolean>`next_ms is not null`);
    await index(
      schema,
      "notification",
      ["organization_id", "dedupe_key"],
      sql<boolean>`dedupe_key is not null`,
    );
    await schema
      .createTable("notification_run")
      .addColumn("notification_id", "text", (column) => column.notNull().references("notification.id"))
      .addColumn("slot_ms", "bigint", (column) => column.notNull())
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("stage", "text")
      .addColumn("cursor", "text", (column) => column.notNull())
      .addColumn("recipients", "integer", (column) => column.notNull())
      .addColumn("started_ms", "bigint", (column) => column.notNull())
      .addColumn("ended_ms", "bigint")
      .addPrimaryKeyConstraint("notification_run_pk", ["notification_id", "slot_ms"])
      .execute();
    await index(schema, "notification_run", ["started_ms"], sql<boolean>`ended_ms is null`);
    await schema
      .createTable("delivery")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("notification_id", "text", (column) => column.notNull().references("notification.id"))
      .addColumn("slot_ms", "bigint", (column) => column.notNull())
      .addColumn("channel", "text", (column) => column.notNull())
      .addColumn("lane", "text", (column) => column.notNull())
      .addColumn("urgency", "integer", (column) => column.notNull())
      .addColumn("turn", "bigint", (column) => column.notNull())
      .addColumn("queue", "integer", (column) => column.notNull())
      .addColumn("due_ms", "bigint", (column) => column.notNull())
      .addColumn("state", "text", (column) => column.notNull())
      .addColumn("reason", "text")
      .addColumn("attempts", "integer", (column) => column.notNull())
      .addColumn("recipient_kind", "text", (column) => column.notNull())
      .addColumn("recipient_id", "text")
      .addColumn("recipient_name", "text", (column) => column.notNull())
      .addColumn("address_key", "text")
      .addColumn("endpoint_id", "text")
      .addColumn("address", "text")
      .addColumn("language", "text")
      .addColumn("variables", "text")
      .addColumn("collapse_key", "text")
      .addColumn("created_ms", "bigint", (column) => column.notNull())
      .addColumn("expires_ms", "bigint", (column) => column.notNull())
      .addColumn("sent_ms", "bigint")
      .addColumn("delivered_ms", "bigint")
      .addColumn("opened_ms", "bigint")
      .addColumn("dismissed_ms", "bigint")
      .execute();
    await schema
      .createIndex("delivery_address")
      .unique()
      .on("delivery")
      .columns(["notification_id", "slot_ms", "address_key"])
      .where(sql<boolean>`address_key is not null`)
      .execute();
    await index(schema, "delivery", ["notification_id", "id"]);
    // What is ready, in the order in which it goes; what waits, by when it is looked at again; what ends by itself.
    await index(schema, "delivery", ["lane", "urgency", "turn", "id"], sql<boolean>`queue = 1`);
    await index(schema, "delivery", ["due_ms"], sql<boolean>`queue > 1`);
    await index(schema, "delivery", ["expires_ms"], sql<boolean>`queue > 0`);
    await index(schema, "delivery", ["organization_id", "id"], sql<boolean>`state = 'failed'`);
    await index(
      schema,
      "delivery",
      ["recipient_id", "notification_id"],
      sql<boolean>`recipient_kind = 'device'`,
    );
    await index(
      schema,
      "delivery",
      ["organization_id", "collapse_key", "address_key"],
      sql<boolean>`queue > 0 and collapse_key is not null`,
    );
    await schema
      .createTable("delivery_event")
      .addColumn("id", dialect === "postgres" ? "bigserial" : "integer", (column) => column.primaryKey())
      .addColumn("delivery_id", "text", (column) => column.notNull())
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("at_ms", "bigint", (column) => column.notNull())
      .addColumn("event", "text", (column) => column.notNull())
      .addColumn("state", "text", (column) => column.notNull())
      .addColumn("detail", "text")
      .execute();
    await index(schema, "delivery_event", ["delivery_id"]);
    await schema
      .createTable("notification_count")
      .addColumn("notification_id", "text", (column) => column.notNull().references("notification.id"))
      .addColumn("slot_ms", "bigint", (column) => column.notNull())
      .addColumn("channel", "text", (column) => column.notNull())
      .addColumn("state", "text", (column) => column.notNull())
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("deliveries", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("notification_count_pk", ["notification_id", "slot_ms", "channel", "state"])
      .execute();
    await schema
      .createTable("delivery_day")
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("day", "integer", (column) => column.notNull())
      .addColumn("channel", "text", (column) => column.notNull())
      .addColumn("event", "text", (column) => column.notNull())
      .addColumn("deliveries", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("delivery_day_pk", ["organization_id", "day", "channel", "event"])
      .execute();
    await schema
      .createTable("delivery_reason")
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("day", "integer", (column) => column.notNull())
      .addColumn("notification_id", "text", (column) => column.notNull())
      .addColumn("channel", "text", (column) => column.notNull())
      .addColumn("event", "text", (column) => column.notNull())
      .addColumn("reason", "text", (column) => column.notNull())
      .addColumn("deliveries", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("delivery_reason_pk", [
        ...(["organization_id", "day", "notification_id"] as const),
        ...(["channel", "event", "reason"] as const),
      ])
      .execute();
    await index(schema, "delivery_reason", ["notification_id"]);
  },
});

/** `where`: only of those rows. */
function index(
  schema: Kysely<unknown>["schema"],
  table: string,
  columns: string[],
  where?: ReturnType<typeof sql<boolean>>,
): Promise<void> {
  const made = schema
    .createIndex(`${table}_by_${columns.join("_")}`)
    .on(table)
    .columns(columns);
  return (where === undefined ? made : made.where(where)).execute();
}
