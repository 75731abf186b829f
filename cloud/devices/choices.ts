import type { Kysely } from "kysely";
import type { DeviceChoices } from "../../protocol/devices/choices.ts";
import type { Scope } from "../accounts/scope.ts";
import type { Tables } from "../database/tables.ts";
import { tagsInUse } from "../labels/labels.ts";

/** Of each kind of choice at most this many: more are looked for by typing. */
const CHOICES_MAX = 1_000;

/** Both columns are the end of an index that begins with the organisation, so that no device is read. */
async function valuesOf(
  db: Kysely<Tables>,
  organizationId: string,
  column: "type" | "firmware",
): Promise<string[]> {
  const rows = await db
    .selectFrom("device")
    .select(`${column} as value`)
    .distinct()
    .where("organization_id", "=", organizationId)
    .where(column, "is not", null)
    .orderBy(column)
    .limit(CHOICES_MAX)
    .execute();
  return rows.map(({ value }) => value!);
}

export async function choicesOf(db: Kysely<Tables>, { organizationId }: Scope): Promise<DeviceChoices> {
  const sites = db
    .selectFrom("site")
    .select(["id", "name"])
    .where("organization_id", "=", organizationId)
    .where("deleted_ms", "is", null)
    .orderBy("name")
    .limit(CHOICES_MAX)
    .execute();
  const [places, types, tags, firmware] = await Promise.all([
    sites,
    valuesOf(db, organizationId, "type"),
    tagsInUse(db, "device", organizationId),
    valuesOf(db, organizationId, "firmware"),
  ]);
  return { sites: places, types, tags, firmware };
}
