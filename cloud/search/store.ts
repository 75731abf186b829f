import { type Kysely, sql } from "kysely";
import { provenanceOf } from "../../protocol/devices/provenance.ts";
import type { FoundDevice, FoundJob, FoundMember, FoundSite } from "../../protocol/search/search.ts";
import { likePattern } from "../database/paging.ts";
import type { Tables } from "../database/tables.ts";
import { conditions, wordsOf } from "./words.ts";

type Kind = "site" | "device";

/** Of what matches by a word as many are looked at, of which the best are shown. */
const CANDIDATES = 64;
/** After every text that begins with another. */
const LAST = "\u{10ffff}";

/** Ids of sites or devices whose names begin with the text, by the alphabet; then of others that have all its words. */
export async function findEntries(
  db: Kysely<Tables>,
  organizationId: string,
  kind: Kind,
  { q, limit }: { q: string; limit: number },
): Promise<string[]> {
  const entry = sql.table(`${kind}_entry`);
  const index = sql.table(`${kind}_index`);
  const begun = await sql<{ record_id: string }>`
    select record_id from ${entry}
    where organization_id = ${organizationId}
      and name >= ${q} collate nocase and name < ${q + LAST} collate nocase
    order by name collate nocase limit ${limit}`.execute(db);
  const ids = new Set(begun.rows.map((row) => row.record_id));
  const addMatching = async (match: string) => {
    const found = await sql<{ record_id: string }>`
      select ${entry}.record_id from ${index} join ${entry} on ${entry}.id = ${index}.rowid
      where ${index} match ${match} limit ${CANDIDATES}`.execute(db);
    for (const { record_id } of found.rows) ids.add(record_id);
  };
  const { likely, dear } = conditions(organizationId, wordsOf(q));
  for (const match of likely) if (ids.size < limit) await addMatching(match);
  for (const match of dear) if (ids.size === 0) await addMatching(match);
  return [...ids];
}

export function sitesOf(db: Kysely<Tables>, ids: readonly string[]): Promise<FoundSite[]> {
  return db.selectFrom("site").select(["id", "name", "address"]).where("id", "in", ids).execute();
}

export async function devicesOf(db: Kysely<Tables>, ids: readonly string[]): Promise<FoundDevice[]> {
  const found = await db
    .selectFrom("device")
    .innerJoin("site", "site.id", "device.site_id")
    .select(["device.id", "device.name", "device.key", "device.type", "site.name as siteName"])
    .select("device.provenance")
    .where("device.id", "in", ids)
    .execute();
  return found.map((one) => ({ ...one, provenance: provenanceOf(one.provenance === "simulated") }));
}

/** Jobs whose name has the text, the newest first. */
export function findJobs(
  db: Kysely<Tables>,
  organizationId: string,
  { q }: { q: string },
): Promise<FoundJob[]> {
  return db
    .selectFrom("job")
    .select(["id", "name", "kind"])
    .where("organization_id", "=", organizationId)
    .where(sql<string>`lower(name)`, "like", sql<string>`${likePattern(q)} escape '\\'`)
    .orderBy("created_ms", "desc")
    .limit(CANDIDATES)
    .execute();
}

/** Members whose name or address has the text. */
export function findMembers(
  db: Kysely<Tables>,
  organizationId: string,
  { q }: { q: string },
): Promise<FoundMember[]> {
  const pattern = likePattern(q);
  return db
    .selectFrom("member")
    .innerJoin("user", "user.id", "member.userId")
    .select(["member.id", "user.name", "user.email"])
    .where("member.organizationId", "=", organizationId)
    .where((where) =>
      where.or(
        (["user.name", "user.email"] as const).map((column) =>
          where(sql<string>`lower(${sql.ref(column)})`, "like", sql<string>`${pattern} escape '\\'`),
        ),
      ),
    )
    .orderBy("user.name")
    .limit(CANDIDATES)
    .execute();
}
