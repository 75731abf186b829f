import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** The key that a gateway was asked to make, that key once it is made, and since when the present one is in use. */
export function migration070(): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable("gateway").addColumn("rotation", "text").execute();
      await db.schema.alterTable("gateway").addColumn("rotation_ms", "bigint").execute();
      await db.schema.alterTable("gateway").addColumn("next_public_key", "text").execute();
      await db.schema.alterTable("gateway").addColumn("next_key_ms", "bigint").execute();
      await db.schema.alterTable("gateway").addColumn("key_since_ms", "bigint").execute();
    },
  };
}
