import { type Kysely, sql } from "kysely";
import type { Dialect } from "../database.ts";

/**
 * Telemetry is found through digests: an index entry for each chunk is kept only until a digest of many chunks has its
 * place, which takes a tenth of the room and answers a month in a few hundred rows.
 */
export const migration003 = (dialect: Dialect) => ({
  async up(db: Kysely<unknown>): Promise<void> {
    const bytes = dialect === "postgres" ? "bytea" : "blob";
    const schema = db.schema;

    const open = schema
      .createTable("open_chunk")
      .addColumn("device_id", "text", (column) => column.notNull().references("device.id"))
      .addColumn("max_ms", "bigint", (column) => column.notNull())
      .addColumn("chunk_id", "bigint", (column) => column.notNull())
      .addColumn("min_ms", "bigint", (column) => column.notNull())
      .addPrimaryKeyConstraint("open_chunk_pk", ["device_id", "max_ms", "chunk_id"]);
    await (dialect === "sqlite" ? open.modifyEnd(sql`without rowid`) : open).execute();

    await schema
      .createTable("chunk_digest")
      .addColumn("id", dialect === "postgres" ? "bigserial" : "integer", (column) => column.primaryKey())
      .addColumn("device_id", "text", (column) => column.notNull().references("device.id"))
      .addColumn("min_ms", "bigint", (column) => column.notNull())
      .addColumn("max_ms", "bigint", (column) => column.notNull())
      .addColumn("thinned", "integer", (column) => column.notNull().defaultTo(0))
      .addColumn("bytes", bytes, (column) => column.notNull())
      .execute();
    await schema
      .createIndex("chunk_digest_device_time")
      .on("chunk_digest")
      .columns(["device_id", "max_ms", "min_ms"])
      .execute();

    await schema
      .createTable("damaged_chunk")
      .addColumn("chunk_id", "bigint", (column) => column.primaryKey())
      .addColumn("device_id", "text", (column) => column.notNull().references("device.id"))
      .addColumn("min_ms", "bigint", (column) => column.notNull())
      .addColumn("max_ms", "bigint", (column) => column.notNull())
      .addColumn("readings", "integer", (column) => column.notNull())
      .addColumn("found_ms", "bigint", (column) => column.notNull())
      .addColumn("reason", "text", (column) => column.notNull())
      .addColumn("set_aside", "integer", (column) => column.notNull())
      .execute();
    await schema
      .createIndex("damaged_chunk_device")
      .on("damaged_chunk")
      .columns(["device_id", "set_aside"])
      .execute();

    await sql`insert into open_chunk (device_id, max_ms, chunk_id, min_ms)
      select device_id, max_ms, id, min_ms from chunk`.execute(db);
    await schema.dropIndex("chunk_device_time").execute();
    await schema
      .alterTable("device")
      .addColumn("open_chunks", "integer", (column) => column.notNull().defaultTo(0))
      .execute();
    await sql`update device set open_chunks =
      (select count(*) from open_chunk where open_chunk.device_id = device.id)`.execute(db);
    // Holds the few devices that are due, so that finding them does not depend on how many there are.
    await sql`create index device_digest_due on device (id) where open_chunks >= 128`.execute(db);

    await schema
      .createTable("retention")
      .addColumn("organization_id", "text", (column) => column.primaryKey())
      .addColumn("raw_days", "integer", (column) => column.notNull())
      .addColumn("keep_days", "integer", (column) => column.notNull())
      .addColumn("updated_ms", "bigint", (column) => column.notNull())
      .execute();
  },
});
