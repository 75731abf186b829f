/**
 * Tags of sites and devices, in tables of their own so that a filter by tag is an index lookup.
 */
import type { Kysely, Transaction } from "kysely";
import { listed, listOf } from "../database/id-list.ts";
import { prepared } from "../database/prepared.ts";
import type { Tables } from "../database/tables.ts";

type Tagged = "site" | "device";

/** The tags of these records, in order, by id; a record without tags is absent. */
export async function tagsOf(
  db: Kysely<Tables>,
  record: Tagged,
  ids: readonly string[],
): Promise<Map<string, string[]>> {
  const rows = await (record === "site" ? selectSiteTags : selectDeviceTags)(db, listOf(ids));
  const byId = new Map<string, string[]>();
  for (const { id, tag } of rows) {
    const tags = byId.get(id);
    if (tags === undefined) byId.set(id, [tag]);
    else tags.push(tag);
  }
  return byId;
}

const selectSiteTags = prepared((db, ids: string) =>
  db
    .selectFrom("site_tag")
    .select(["site_id as id", "tag"])
    .where("site_id", "in", listed(ids))
    .orderBy("tag"),
);
const selectDeviceTags = prepared((db, ids: string) =>
  db
    .selectFrom("device_tag")
    .select(["device_id as id", "tag"])
    .where("device_id", "in", listed(ids))
    .orderBy("tag"),
);

/** These and no others are the record's tags from now on. */
export async function writeTags(
  trx: Transaction<Tables>,
  record: Tagged,
  of: { id: string; organizationId: string },
  tags: readonly string[],
): Promise<void> {
  const owner = { organization_id: of.organizationId };
  if (record === "site") {
    await trx.deleteFrom("site_tag").where("site_id", "=", of.id).execute();
    const rows = tags.map((tag) => ({ ...owner, site_id: of.id, tag }));
    if (rows.length > 0) await trx.insertInto("site_tag").values(rows).execute();
  } else {
    await trx.deleteFrom("device_tag").where("device_id", "=", of.id).execute();
    const rows = tags.map((tag) => ({ ...owner, device_id: of.id, tag }));
    if (rows.length > 0) await trx.insertInto("device_tag").values(rows).execute();
  }
}

/** Every tag in use on sites or devices of an organisation, in order. */
export async function tagsInUse(
  db: Kysely<Tables>,
  record: Tagged,
  organizationId: string,
): Promise<string[]> {
  const rows = await db
    .selectFrom(record === "site" ? "site_tag" : "device_tag")
    .select("tag")
    .distinct()
    .where("organization_id", "=", organizationId)
    .orderBy("tag")
    .limit(500)
    .execute();
  return rows.map(({ tag }) => tag);
}

/** The names of the custom attributes of these records, each once, in order. */
export function namesIn(rows: readonly { custom_attributes: string }[]): string[] {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(JSON.parse(row.custom_attributes))) names.add(name);
  return [...names].sort();
}
