import type { Kysely } from "kysely";
import type { Dialect } from "../database.ts";

/** Secrets, each sealed with a key of its own, which is sealed with a master key that is not in here. */
export const migration051 = (dialect: Dialect) => ({
  async up({ schema }: Kysely<unknown>): Promise<void> {
    const bytes = dialect === "postgres" ? "bytea" : "blob";
    await schema
      .createTable("secret")
      .addColumn("owner", "text", (column) => column.notNull())
      .addColumn("purpose", "text", (column) => column.notNull())
      .addColumn("master_key", "text", (column) => column.notNull())
      .addColumn("sealed_key", bytes, (column) => column.notNull())
      .addColumn("sealed", bytes, (column) => column.notNull())
      .addColumn("updated_ms", "bigint", (column) => column.notNull())
      .addPrimaryKeyConstraint("secret_pk", ["owner", "purpose"])
      .execute();
  },
});
