import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** Which run of its program a gateway last connected from and which before that: what tells two machines from one. */
export function migration068(): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable("gateway").addColumn("run", "text").execute();
      await db.schema.alterTable("gateway").addColumn("former_run", "text").execute();
      await db.schema.alterTable("gateway").addColumn("cloned_ms", "bigint").execute();
    },
  };
}
