import type { Kysely } from "kysely";
import type { Scope } from "../accounts/scope.ts";
import type { Tables } from "../database/tables.ts";
import type { WatchedDevice } from "./watches.ts";

/** Those of the devices that belong to the scope's organisation; the others are as if they did not exist. */
export async function findWatched(
  db: Kysely<Tables>,
  scope: Scope,
  ids: readonly string[],
): Promise<WatchedDevice[]> {
  if (ids.length === 0) return [];
  return db
    .selectFrom("device")
    .select(["id", "organization_id as organizationId", "gateway_id as gatewayId", "key"])
    .where("id", "in", [...new Set(ids)])
    .where("organization_id", "=", scope.organizationId)
    .where("deleted_ms", "is", null)
    .execute();
}
