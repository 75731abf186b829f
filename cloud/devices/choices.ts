import { type Kysely, sql } from "kysely";
import type { DeviceChoices } from "../../protocol/devices/choices.ts";
import type { Scope } from "../accounts/scope.ts";
import type { Tables } from "../database/tables.ts";
import { tagsInUse } from "../labels/labels.ts";
import { NOT_RETIRED } from "./health-sql.ts";

/** Of each kind of choice at most this many: more are looked for by typing. */
const CHOICES_MAX = 1_000;

/**
 * The values a column has, each found by one step in the index that begins with the organisation, from one value to
 * the next greater one: a `select distinct` would read every device.
 */
async function valuesOf(
  db: Kysely<Tables>,
  organizationId: string,
  column: "type" | "firmware",
): Promise<string[]> {
  const name = sql.ref(column);
  const least = sql`select min(${name}) from device
    where organization_id = ${organizationId} and ${NOT_RETIRED}`;
  const { rows } = await sql<{ value: string }>`
    with recursive found(value) as (
      select (${least})
      union all
      select (${least} and ${name} > found.value) from found where found.value is not null
    )
    select value from found where value is not null limit ${sql.lit(CHOICES_MAX)}`.execute(db);
  return rows.map(({ value }) => value);
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
