import { type Kysely, sql, type Transaction } from "kysely";
import type { HappeningKind } from "../../protocol/activity/activity.ts";
import { listed, listOf } from "../database/id-list.ts";
import { prepared } from "../database/prepared.ts";
import type { Tables } from "../database/tables.ts";

/** Something that happened to a device or a gateway (`subjectId`) of a site, ms since 1970. */
export interface Happening {
  organizationId: string;
  siteId: string;
  subjectId: string;
  kind: HappeningKind;
  atMs: number;
}

export interface HappeningRow {
  at_ms: number;
  kind: string;
  subject_id: string;
  site_id: string;
  site_name: string;
  /** Null for a gateway. */
  device_name: string | null;
  provenance: string | null;
}

export async function insertHappening(trx: Transaction<Tables>, happening: Happening): Promise<void> {
  const { organizationId, siteId, subjectId, kind, atMs } = happening;
  await insert(trx, organizationId, siteId, subjectId, kind, atMs);
}

const insert = prepared(
  (db, organization_id: string, site_id: string, subject_id: string, kind: HappeningKind, at_ms: number) =>
    db.insertInto("happening").values({ organization_id, site_id, subject_id, kind, at_ms }),
);

/** The newest of these kinds, newest first; none of a site or a device that is deleted. */
export function selectHappenings(
  db: Kysely<Tables>,
  organizationId: string,
  kinds: readonly HappeningKind[],
  limit: number,
): Promise<HappeningRow[]> {
  return selectNewest(db, organizationId, listOf(kinds), limit);
}

const selectNewest = prepared((db, organizationId: string, kinds: string, limit: number) =>
  db
    .selectFrom("happening")
    .innerJoin("site", "site.id", "happening.site_id")
    .leftJoin("device", "device.id", "happening.subject_id")
    .select([
      "happening.at_ms",
      "happening.kind",
      "happening.subject_id",
      "happening.site_id",
      "site.name as site_name",
      "device.name as device_name",
      "device.provenance",
    ])
    .where("happening.organization_id", "=", organizationId)
    .where("happening.kind", "in", listed(kinds))
    .where("site.deleted_ms", "is", null)
    .where(({ or, eb }) =>
      or([
        eb("happening.kind", "like", sql.lit("gateway.%")),
        eb("device.deleted_ms", "is", null).and("device.id", "is not", null),
      ]),
    )
    .orderBy("happening.at_ms", "desc")
    .orderBy("happening.id", "desc")
    .limit(limit),
);

/** Leaves an organisation its newest. */
export async function deleteOldest(
  trx: Transaction<Tables>,
  organizationId: string,
  kept: number,
): Promise<void> {
  const oldest = await trx
    .selectFrom("happening")
    .select("id")
    .where("organization_id", "=", organizationId)
    .orderBy("at_ms", "desc")
    .orderBy("id", "desc")
    .limit(1)
    .offset(kept)
    .executeTakeFirst();
  if (oldest === undefined) return;
  await trx
    .deleteFrom("happening")
    .where("organization_id", "=", organizationId)
    .where("id", "not in", (select) =>
      select
        .selectFrom("happening")
        .select("id")
        .where("organization_id", "=", organizationId)
        .orderBy("at_ms", "desc")
        .orderBy("id", "desc")
        .limit(kept),
    )
    .execute();
}
