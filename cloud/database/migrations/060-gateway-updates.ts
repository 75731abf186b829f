import { sql } from "kysely";
import type { Migration } from "kysely/migration";

/** What became of each gateway's last update is shown beside it: executions on gateways themselves, which are few. */
export function migration060(): Migration {
  return {
    async up(db) {
      await sql`create index job_execution_gateway on job_execution (gateway_id, created_ms)
        where device_id is null`.execute(db);
    },
  };
}
