import { type ColumnDataType, type Kysely, sql } from "kysely";
import type { Dialect } from "../database.ts";

/** Jobs, their runs and executions, and all that was told of these. */
export const migration030 = (dialect: Dialect) => ({
  async up(db: Kysely<unknown>): Promise<void> {
    const { schema } = db;
    const serial: ColumnDataType = dialect === "sqlite" ? "integer" : "bigserial";
    await schema
      .createTable("job")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("spec", "text", (column) => column.notNull())
      .addColumn("place", "text", (column) => column.notNull())
      .addColumn("time_zone", "text", (column) => column.notNull())
      .addColumn("position", "bigint", (column) => column.notNull())
      .addColumn("status", "text", (column) => column.notNull())
      .addColumn("next_ms", "bigint")
      .addColumn("created_ms", "bigint", (column) => column.notNull())
      .addColumn("created_by", "text", (column) => column.notNull())
      .addColumn("created_name", "text", (column) => column.notNull())
      .addColumn("updated_ms", "bigint", (column) => column.notNull())
      .addColumn("cancelled_ms", "bigint")
      .execute();
    for (const column of ["created_ms", "position", "name"]) {
      await schema
        .createIndex(`job_${column}`)
        .on("job")
        .columns(["organization_id", column, "id"])
        .execute();
    }
    await schema.createIndex("job_next").on("job").columns(["place", "next_ms"]).execute();

    await schema
      .createTable("job_run")
      .addColumn("job_id", "text", (column) => column.notNull().references("job.id"))
      .addColumn("slot_ms", "bigint", (column) => column.notNull())
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("state", "text", (column) => column.notNull())
      .addColumn("reason", "text")
      .addColumn("total", "integer", (column) => column.notNull())
      .addColumn("waiting", "integer", (column) => column.notNull())
      .addColumn("fanned", "integer", (column) => column.notNull())
      .addColumn("fanned_to", "text", (column) => column.notNull())
      .addColumn("forgiven_ended", "integer", (column) => column.notNull())
      .addColumn("forgiven_failed", "integer", (column) => column.notNull())
      .addColumn("retry_ms", "bigint")
      .addColumn("started_ms", "bigint", (column) => column.notNull())
      .addColumn("ended_ms", "bigint")
      .addPrimaryKeyConstraint("job_run_pk", ["job_id", "slot_ms"])
      .execute();
    await schema.createIndex("job_run_state").on("job_run").columns(["state"]).execute();
    await schema
      .createTable("job_count")
      .addColumn("job_id", "text", (column) => column.notNull())
      .addColumn("slot_ms", "bigint", (column) => column.notNull())
      .addColumn("state", "text", (column) => column.notNull())
      .addColumn("executions", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("job_count_pk", ["job_id", "slot_ms", "state"])
      .execute();

    await schema
      .createTable("job_execution")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("job_id", "text", (column) => column.notNull())
      .addColumn("slot_ms", "bigint", (column) => column.notNull())
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("round", "integer", (column) => column.notNull())
      .addColumn("ordinal", "integer", (column) => column.notNull())
      .addColumn("device_id", "text")
      .addColumn("device_key", "text")
      .addColumn("target_name", "text", (column) => column.notNull())
      .addColumn("gateway_id", "text", (column) => column.notNull())
      .addColumn("site_id", "text", (column) => column.notNull())
      .addColumn("state", "text", (column) => column.notNull())
      .addColumn("since_ms", "bigint", (column) => column.notNull())
      .addColumn("heard_ms", "bigint", (column) => column.notNull())
      .addColumn("attempt", "integer", (column) => column.notNull())
      .addColumn("percent", "double precision")
      .addColumn("message", "text")
      .addColumn("reason", "text")
      .addColumn("output", "text")
      .addColumn("sent_seq", "bigint")
      .addColumn("sent_ms", "bigint")
      .addColumn("cancel_ms", "bigint")
      .addColumn("expires_ms", "bigint", (column) => column.notNull())
      .addColumn("created_ms", "bigint", (column) => column.notNull())
      .addColumn("retried_by", "text")
      .execute();
    await schema
      .createIndex("job_execution_run")
      .on("job_execution")
      .columns(["job_id", "slot_ms", "ordinal", "id"])
      .execute();
    await schema
      .createIndex("job_execution_state")
      .on("job_execution")
      .columns(["job_id", "slot_ms", "state", "ordinal"])
      .execute();
    await schema
      .createIndex("job_execution_device")
      .on("job_execution")
      .columns(["device_id", "job_id"])
      .execute();
    await schema
      .createIndex("job_execution_site")
      .on("job_execution")
      .columns(["site_id", "job_id"])
      .execute();
    // What is under way: few of very many.
    await sql`create index job_execution_open on job_execution (gateway_id, sent_seq)
      where state in ('queued', 'delivered', 'running')`.execute(db);
    await sql`create index job_execution_held on job_execution (expires_ms)
      where state = 'queued' and sent_ms is null`.execute(db);

    await schema
      .createTable("job_transition")
      .addColumn("id", serial, (column) => column.primaryKey())
      .addColumn("execution_id", "text", (column) => column.notNull())
      .addColumn("from_state", "text")
      .addColumn("to_state", "text", (column) => column.notNull())
      .addColumn("at_ms", "bigint", (column) => column.notNull())
      .addColumn("heard_ms", "bigint", (column) => column.notNull())
      .addColumn("by", "text", (column) => column.notNull())
      .addColumn("reason", "text")
      .execute();
    await schema
      .createIndex("job_transition_execution")
      .on("job_transition")
      .columns(["execution_id", "id"])
      .execute();
    await schema
      .createTable("job_log_line")
      .addColumn("id", serial, (column) => column.primaryKey())
      .addColumn("job_id", "text", (column) => column.notNull())
      .addColumn("execution_id", "text", (column) => column.notNull())
      .addColumn("at_ms", "bigint", (column) => column.notNull())
      .addColumn("level", "text", (column) => column.notNull())
      .addColumn("message", "text", (column) => column.notNull())
      .execute();
    await schema.createIndex("job_log_line_job").on("job_log_line").columns(["job_id", "id"]).execute();
    await schema
      .createIndex("job_log_line_execution")
      .on("job_log_line")
      .columns(["execution_id", "id"])
      .execute();
    await schema
      .createTable("job_schedule")
      .addColumn("job_id", "text", (column) => column.notNull())
      .addColumn("gateway_id", "text", (column) => column.notNull())
      .addColumn("digest", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("job_schedule_pk", ["job_id", "gateway_id"])
      .execute();
    await schema.createIndex("job_schedule_gateway").on("job_schedule").columns(["gateway_id"]).execute();
    await schema
      .createTable("job_skip")
      .addColumn("id", serial, (column) => column.primaryKey())
      .addColumn("job_id", "text", (column) => column.notNull())
      .addColumn("gateway_id", "text")
      .addColumn("slot_ms", "bigint", (column) => column.notNull())
      .addColumn("slots", "integer", (column) => column.notNull())
      .addColumn("why", "text", (column) => column.notNull())
      .addColumn("at_ms", "bigint", (column) => column.notNull())
      .execute();
    await schema.createIndex("job_skip_job").on("job_skip").columns(["job_id", "id"]).execute();
  },
});
