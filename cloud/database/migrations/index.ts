import type { Migration } from "kysely/migration";
import type { Dialect } from "../database.ts";
import { migration001 } from "./001-init.ts";

/** Every migration, by name, in order. A list and not a folder scan, so that the compiled binary has them too. */
export function migrations(dialect: Dialect): Record<string, Migration> {
  return { "001-init": migration001(dialect) };
}
