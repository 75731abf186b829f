import type { Kysely, Selectable, Transaction } from "kysely";
import type { ConfigLevel } from "../../protocol/config/layers.ts";
import type { ConfigLayerTable, ConfigLayerVersionTable } from "../database/config-tables.ts";
import type { Tables } from "../database/tables.ts";

/** Which layer. `subject`: the id of the site or device, the name of the type; empty for the organisation's. */
export interface LayerKey {
  level: ConfigLevel;
  subject: string;
}

export interface OrganizationLayer extends LayerKey {
  organizationId: string;
}

export type LayerRow = Selectable<ConfigLayerTable>;

export function findLayer(db: Kysely<Tables>, layer: OrganizationLayer): Promise<LayerRow | undefined> {
  return db
    .selectFrom("config_layer")
    .selectAll()
    .where("organization_id", "=", layer.organizationId)
    .where("level", "=", layer.level)
    .where("subject", "=", layer.subject)
    .executeTakeFirst();
}

/** The layer as it is from now on, and its version in the history. */
export async function writeLayer(
  trx: Transaction<Tables>,
  { organizationId, level, subject }: OrganizationLayer,
  made: { version: number; config: string; revertOf: number | null; authorId: string | null; nowMs: number },
): Promise<void> {
  const key = { organization_id: organizationId, level, subject };
  const { version, config } = made;
  const now = { version, config, updated_ms: made.nowMs };
  await trx
    .insertInto("config_layer")
    .values({ ...key, ...now })
    .onConflict((conflict) => conflict.columns(["organization_id", "level", "subject"]).doUpdateSet(now))
    .execute();
  await trx
    .insertInto("config_layer_version")
    .values({
      ...{ ...key, version, config },
      revert_of: made.revertOf,
      author_id: made.authorId,
      made_ms: made.nowMs,
    })
    .execute();
}

export type VersionRow = Selectable<ConfigLayerVersionTable> & { author: string | null };

/** Versions of a layer older than `before`, newest first. */
export function selectVersions(
  db: Kysely<Tables>,
  layer: OrganizationLayer,
  { before, limit }: { before: number; limit: number },
): Promise<VersionRow[]> {
  return db
    .selectFrom("config_layer_version")
    .leftJoin("user", "user.id", "config_layer_version.author_id")
    .selectAll("config_layer_version")
    .select("user.name as author")
    .where("organization_id", "=", layer.organizationId)
    .where("level", "=", layer.level)
    .where("subject", "=", layer.subject)
    .where("version", "<", before)
    .orderBy("version", "desc")
    .limit(limit)
    .execute();
}

/** Marks the devices that a layer is for: what is wanted of them has to be computed anew. */
export async function markStale(
  trx: Transaction<Tables>,
  { organizationId, level, subject }: OrganizationLayer,
): Promise<void> {
  let devices = trx
    .selectFrom("device")
    .select("id")
    .where("organization_id", "=", organizationId)
    .where("lifecycle", "!=", "retired")
    .where("deleted_ms", "is", null);
  if (level === "site") devices = devices.where("site_id", "=", subject);
  if (level === "type") devices = devices.where("type", "=", subject);
  if (level === "device") devices = devices.where("id", "=", subject);
  await trx
    .insertInto("stale_config")
    .columns(["device_id"])
    .expression(devices)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Some of the marked devices, not marked any more. */
export async function takeStale(trx: Transaction<Tables>, most: number): Promise<string[]> {
  const rows = await trx
    .selectFrom("stale_config")
    .select("device_id")
    .orderBy("device_id")
    .limit(most)
    .execute();
  const ids = rows.map(({ device_id }) => device_id);
  if (ids.length > 0) await trx.deleteFrom("stale_config").where("device_id", "in", ids).execute();
  return ids;
}

/** Whether some device is marked. */
export async function someAreStale(db: Kysely<Tables>): Promise<boolean> {
  return (await db.selectFrom("stale_config").select("device_id").limit(1).executeTakeFirst()) !== undefined;
}
