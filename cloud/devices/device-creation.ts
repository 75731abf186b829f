import type { Kysely } from "kysely";
import type { DeviceInput } from "../../protocol/devices/device.ts";
import { accept, type Result, refuse, refuseField } from "../../protocol/errors.ts";
import type { Scope } from "../accounts/scope.ts";
import type { Tables } from "../database/tables.ts";
import type { ExpectedDevice } from "./device-writes.ts";

/**
 * The place for a device that people make by hand: it is expected until its gateway knows it. Codes: `request.invalid`
 * at `siteId`; `record.conflict` at `key`.
 */
export async function placeFor(
  db: Kysely<Tables>,
  scope: Scope,
  { siteId, key, name, type, tags = [], customAttributes = {} }: DeviceInput,
): Promise<Result<ExpectedDevice>> {
  const site = await db
    .selectFrom("site")
    .select("id")
    .where("organization_id", "=", scope.organizationId)
    .where("id", "=", siteId)
    .where("deleted_ms", "is", null)
    .executeTakeFirst();
  if (site === undefined) return refuseField("siteId", "is of no site of yours");
  const gateway = await db
    .selectFrom("gateway")
    .select("id")
    .where("site_id", "=", siteId)
    .where("revoked_ms", "is", null)
    .orderBy("created_ms", "desc")
    .executeTakeFirst();
  if (gateway === undefined) {
    return refuseField("siteId", "has no gateway yet, which its devices come with: add one first");
  }
  const taken = await db
    .selectFrom("device")
    .select("deleted_ms")
    .where("gateway_id", "=", gateway.id)
    .where("key", "=", key)
    .executeTakeFirst();
  if (taken === undefined) {
    const said = { name: name ?? null, type: type ?? null, tags, customAttributes };
    return accept({ siteId, gatewayId: gateway.id, key, ...said });
  }
  const message =
    taken.deleted_ms === null
      ? "is taken by another device of the site"
      : "is that of a device that was deleted: restore it, or choose another";
  return refuse("record.conflict", `the site has a device ${key}`, [{ path: "key", message }]);
}
