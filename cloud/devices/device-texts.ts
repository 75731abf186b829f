import { type Kysely, type RawBuilder, type SqlBool, sql } from "kysely";
import type { DeviceQuery } from "../../protocol/devices/device.ts";
import type { Scope } from "../accounts/scope.ts";
import { likePattern } from "../database/paging.ts";
import type { Tables } from "../database/tables.ts";

/**
 * Devices by any part of their name, key, type, attributes or their site's name: found in an index of all letters that
 * stand three in a row (migration 026), or read one after the other where that is sooner or the only way.
 */

type InOrganization = Pick<Scope, "organizationId">;
type TextQuery = Pick<DeviceQuery, "q" | "site" | "provenance" | "lifecycle" | "deleted">;

/** Texts as short as this are in no index. */
const SHORT = 2;
/** Letters whose capitals both ways know; of others only the index does. */
const PLAIN = /^[\x20-\x7e]*$/;

/** Whether the index has what the query looks for: the devices that are not retired, by texts that are long enough. */
function isIndexed({ q = "", lifecycle, deleted }: TextQuery): boolean {
  return [...q].length > SHORT && !q.includes("\0") && deleted !== "true" && lifecycle !== "retired";
}

/** Whether the devices that have the text are best read: few come into question, or they are met soon on the way. */
function isSoonerRead({ q = "", site, provenance }: TextQuery, met: boolean): boolean {
  return PLAIN.test(q) && (met || site !== undefined || provenance === "simulated");
}

/** Whether the `device` row of a statement has the text. `met`: the statement goes through many that have it. */
export function hasText(scope: InOrganization, query: TextQuery, met: boolean): RawBuilder<SqlBool> {
  const { q = "" } = query;
  if (isIndexed(query) && !isSoonerRead(query, met)) {
    return sql`device.id in (select record_id from device_entry where id in (${found(scope, q)}))`;
  }
  const pattern = likePattern(q);
  const contains = (column: string) => sql<SqlBool>`lower(${sql.ref(column)}) like ${pattern} escape '\\'`;
  const ofSite = sql`device.site_id in (
    select id from site where organization_id = ${scope.organizationId} and ${contains("site.name")})`;
  return sql`(${sql.join([...READ.map(contains), ofSite], sql` or `)})`;
}

const READ = ["device.name", "device.key", "device.type", "device.attributes"] as const;

/** How many devices have the text, where nothing else is asked of them; null where the index cannot tell. */
export async function countText(
  db: Kysely<Tables>,
  scope: InOrganization,
  query: TextQuery & { q: string },
): Promise<number | null> {
  if (!isIndexed(query)) return null;
  const { rows } = await sql<{
    total: number;
  }>`select count(*) as total from (${found(scope, query.q)})`.execute(db);
  return rows[0]?.total ?? 0;
}

/** Of an organisation that has had no devices yet: no other has it. */
const NO_WORD = "\u{e000}".repeat(3);

/** The numbers of the organisation's devices that have the text. */
function found({ organizationId }: InOrganization, q: string): RawBuilder<unknown> {
  // In quotes nothing is an operator; a quote is written twice.
  const text = `"${q.replaceAll('"', '""')}"`;
  const word = sql`coalesce(
    (select word from device_text_organization where organization_id = ${organizationId}), ${NO_WORD})`;
  return sql`select rowid from device_text
    where device_text match '{name key type site attributes} : ' || ${text} || ' AND organization : ' || ${word}`;
}
