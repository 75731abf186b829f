import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** What a machine that takes the place of a gateway needs: a code for it, which keys are over, and the devices' passwords as hashes. */
export function migration069(): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable("gateway_claim").addColumn("replaces", "text").execute();
      await db.schema.alterTable("device").addColumn("password_hash", "text").execute();
      await db.schema
        .createTable("gateway_former_key")
        .addColumn("gateway_id", "text", (column) => column.notNull().references("gateway.id"))
        .addColumn("public_key", "text", (column) => column.notNull())
        .addColumn("replaced_ms", "bigint", (column) => column.notNull())
        .addPrimaryKeyConstraint("gateway_former_key_pk", ["gateway_id", "public_key"])
        .execute();
    },
  };
}
