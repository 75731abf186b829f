import type { Kysely } from "kysely";
import type { Dialect } from "../database.ts";

/** Sites, gateways with their logs, devices, telemetry. */
export const migration001 = (dialect: Dialect) => ({
  async up(db: Kysely<unknown>): Promise<void> {
    const bytes = dialect === "postgres" ? "bytea" : "blob";
    const schema = db.schema;

    await schema
      .createTable("site")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("description", "text", (column) => column.notNull())
      .addColumn("address", "text", (column) => column.notNull())
      .addColumn("time_zone", "text", (column) => column.notNull())
      .addColumn("latitude", "double precision")
      .addColumn("longitude", "double precision")
      .addColumn("created_ms", "bigint", (column) => column.notNull())
      .addColumn("updated_ms", "bigint", (column) => column.notNull())
      .addUniqueConstraint("site_name", ["organization_id", "name"])
      .execute();

    await schema
      .createTable("gateway")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("site_id", "text", (column) => column.notNull().references("site.id"))
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("public_key", "text", (column) => column.notNull())
      .addColumn("created_ms", "bigint", (column) => column.notNull())
      .addColumn("revoked_ms", "bigint")
      .addColumn("connected_ms", "bigint")
      .addColumn("last_seen_ms", "bigint")
      .addColumn("version", "text")
      .addColumn("protocol", "integer")
      .addColumn("clock_skew_ms", "bigint")
      .addColumn("uplog_epoch", "text")
      .addColumn("urgent_head", "bigint", (column) => column.notNull().defaultTo(0))
      .addColumn("bulk_head", "bigint", (column) => column.notNull().defaultTo(0))
      .addColumn("downlog_epoch", "text", (column) => column.notNull())
      .addColumn("downlog_head", "bigint", (column) => column.notNull().defaultTo(0))
      .addColumn("downlog_acked", "bigint", (column) => column.notNull().defaultTo(0))
      .execute();
    await schema.createIndex("gateway_site").on("gateway").columns(["site_id"]).execute();
    await schema
      .createIndex("gateway_organization")
      .on("gateway")
      .columns(["organization_id", "id"])
      .execute();

    await schema
      .createTable("gateway_claim")
      .addColumn("code_hash", "text", (column) => column.primaryKey())
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("site_id", "text", (column) => column.notNull().references("site.id"))
      .addColumn("created_ms", "bigint", (column) => column.notNull())
      .addColumn("expires_ms", "bigint", (column) => column.notNull())
      .addColumn("used_ms", "bigint")
      .addColumn("gateway_id", "text")
      .execute();

    await schema
      .createTable("uplog_cursor")
      .addColumn("gateway_id", "text", (column) => column.notNull().references("gateway.id"))
      .addColumn("epoch", "text", (column) => column.notNull())
      .addColumn("stream", "text", (column) => column.notNull())
      .addColumn("seq", "bigint", (column) => column.notNull())
      .addPrimaryKeyConstraint("uplog_cursor_pk", ["gateway_id", "epoch", "stream"])
      .execute();

    await schema
      .createTable("unknown_entry")
      .addColumn("gateway_id", "text", (column) => column.notNull().references("gateway.id"))
      .addColumn("epoch", "text", (column) => column.notNull())
      .addColumn("stream", "text", (column) => column.notNull())
      .addColumn("seq", "bigint", (column) => column.notNull())
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("at_ms", "bigint", (column) => column.notNull())
      .addColumn("payload", bytes, (column) => column.notNull())
      .addPrimaryKeyConstraint("unknown_entry_pk", ["gateway_id", "epoch", "stream", "seq"])
      .execute();

    await schema
      .createTable("downlog")
      .addColumn("gateway_id", "text", (column) => column.notNull().references("gateway.id"))
      .addColumn("seq", "bigint", (column) => column.notNull())
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("at_ms", "bigint", (column) => column.notNull())
      .addColumn("payload", bytes, (column) => column.notNull())
      .addPrimaryKeyConstraint("downlog_pk", ["gateway_id", "seq"])
      .execute();

    await schema
      .createTable("device")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("site_id", "text", (column) => column.notNull().references("site.id"))
      .addColumn("gateway_id", "text", (column) => column.notNull().references("gateway.id"))
      .addColumn("key", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull().defaultTo(""))
      .addColumn("type", "text", (column) => column.notNull().defaultTo("unknown"))
      .addColumn("given_name", "text")
      .addColumn("given_type", "text")
      .addColumn("provenance", "text", (column) => column.notNull())
      .addColumn("lifecycle", "text", (column) => column.notNull())
      .addColumn("connectivity", "text", (column) => column.notNull())
      .addColumn("connectivity_since_ms", "bigint")
      .addColumn("connectivity_reason", "text")
      .addColumn("last_seen_ms", "bigint")
      .addColumn("attributes", "text", (column) => column.notNull())
      .addColumn("created_ms", "bigint", (column) => column.notNull())
      .addColumn("updated_ms", "bigint", (column) => column.notNull())
      .addUniqueConstraint("device_key", ["gateway_id", "key"])
      .execute();
    await schema.createIndex("device_site").on("device").columns(["site_id", "connectivity"]).execute();
    await schema.createIndex("device_organization").on("device").columns(["organization_id", "id"]).execute();

    await schema
      .createTable("device_config")
      .addColumn("device_id", "text", (column) => column.primaryKey().references("device.id"))
      .addColumn("desired_version", "bigint")
      .addColumn("desired", "text")
      .addColumn("reported_version", "bigint")
      .addColumn("reported", "text")
      .addColumn("updated_ms", "bigint", (column) => column.notNull())
      .execute();

    await schema
      .createTable("device_metric")
      .addColumn("device_id", "text", (column) => column.notNull().references("device.id"))
      .addColumn("metric", "text", (column) => column.notNull())
      .addColumn("value", "text", (column) => column.notNull())
      .addColumn("at_ms", "bigint", (column) => column.notNull())
      .addPrimaryKeyConstraint("device_metric_pk", ["device_id", "metric"])
      .execute();

    const chunk = schema
      .createTable("chunk")
      .addColumn("id", dialect === "postgres" ? "bigserial" : "integer", (column) => column.primaryKey())
      .addColumn("device_id", "text", (column) => column.notNull().references("device.id"))
      .addColumn("min_ms", "bigint", (column) => column.notNull())
      .addColumn("max_ms", "bigint", (column) => column.notNull())
      .addColumn("readings", "integer", (column) => column.notNull())
      .addColumn("bytes", bytes, (column) => column.notNull());
    await chunk.execute();
    await schema
      .createIndex("chunk_device_time")
      .on("chunk")
      .columns(["device_id", "max_ms", "min_ms"])
      .execute();
  },
});
