import type { Kysely, Transaction } from "kysely";
import { type Page, toTimestamp } from "../../protocol/api/list.ts";
import type { PageKey } from "../../protocol/api/page-key.ts";
import type { ConfigValues } from "../../protocol/config/device-config.ts";
import {
  type ConfigLayer,
  type ConfigVersion,
  changedKeys,
  configHistoryQuerySchema,
  type EffectiveConfig,
  effectiveConfig,
} from "../../protocol/config/layers.ts";
import type { SettingsSchema, TypeSchema } from "../../protocol/config/settings-schema.ts";
import { accept, type Result, refuse, refuseField } from "../../protocol/errors.ts";
import { sameJson } from "../../protocol/json.ts";
import { check } from "../../protocol/validate.ts";
import type { Needs, Scope } from "../accounts/scope.ts";
import type { Note } from "../audit/audit.ts";
import { cutPage } from "../database/paging.ts";
import type { Tables } from "../database/tables.ts";
import { type Fields, type IfMatch, refuseLostUpdate } from "../http/versions.ts";
import { createConfigSchemas, refuseBySchemas, schemasFor } from "./schemas.ts";
import { Spread, type SpreadParts } from "./spread.ts";
import {
  findLayer,
  type LayerKey,
  markStale,
  type OrganizationLayer,
  selectVersions,
  writeLayer,
} from "./store.ts";
import { layersOf, wantAnew } from "./wanting.ts";

export { schemaFields } from "./schemas.ts";
export type { LayerKey } from "./store.ts";
export { layersOf, writeReported } from "./wanting.ts";

/**
 * What is wanted of devices, in layers: of the whole organisation, of a site, of a type, of one device.
 *
 * Promises: every version of a layer stays, with who made it; a version and the mark of each device it may change are
 * one transaction, in which the first few hundred devices are told as well, and the rest soon after, also after a
 * crash; a device hears of a layer only where it changes what is wanted of that device. Never interprets a setting.
 */
export interface ConfigLayers {
  /** Code: `record.not-found` for a site or device that is not there. */
  get(scope: Scope, layer: LayerKey): Promise<Result<ConfigLayer>>;
  /**
   * Codes: as `get`; `record.changed` when it is at none of these versions; `request.invalid` at `config.<name>` for what
   * the schema of a type refuses whose devices it is for.
   */
  set(scope: Scope, layer: LayerKey, config: ConfigValues, ifMatch?: IfMatch): Promise<Result<ConfigLayer>>;
  /** Its versions, newest first. Codes: as `get`. */
  history(scope: Scope, layer: LayerKey, query: HistoryQuery): Promise<Result<Page<ConfigVersion>>>;
  /** Sets what a version had, as a new one. Codes: as `set`; `request.invalid` at `version`. */
  revert(scope: Scope, layer: LayerKey, version: number, ifMatch?: IfMatch): Promise<Result<ConfigLayer>>;
  /** What settings devices of a type have. */
  schema(scope: Scope, type: string): Promise<Result<TypeSchema>>;
  /** What is wanted already stays, until somebody changes it. Code: `record.changed`. */
  setSchema(
    scope: Scope,
    type: string,
    schema: SettingsSchema | null,
    ifMatch?: IfMatch,
  ): Promise<Result<TypeSchema>>;
  /**
   * Adds settings to what is wanted of one device, for a job, in its transaction. The device hears of it in any case.
   * Null when that is done, else why not, in a sentence.
   */
  addToDevice(trx: Transaction<Tables>, deviceId: string, added: ConfigValues): Promise<string | null>;
  /** Brings layers to the devices that wait for them, from now on. */
  start(): void;
  stop(): Promise<void>;
  /** Brings them now. */
  sweep(): Promise<void>;
}

export interface HistoryQuery {
  limit: number;
  cursor?: PageKey | undefined;
}

const VERSIONS_ON_A_PAGE = 20;

/** The versions that a page shows: the newest, or from a cursor on. Code: `request.invalid`. */
export function historyFrom(cursor: string | undefined): Result<HistoryQuery> {
  const limit = String(VERSIONS_ON_A_PAGE);
  return check(configHistoryQuerySchema, cursor === undefined ? { limit } : { limit, cursor });
}

/** What people need to be allowed. */
export const CONFIG_LAYER_NEEDS: Needs<ConfigLayers> = {
  get: "device:read",
  set: "device:write",
  history: "device:read",
  revert: "device:write",
  schema: "device:read",
  setSchema: "organization:write",
};

export interface ConfigLayersParts extends SpreadParts {
  /** `Audit.note` */
  note: Note;
}

export function createConfigLayers(parts: ConfigLayersParts): ConfigLayers {
  const { db, clock, append } = parts;
  const spread = new Spread(parts);

  const change = async (
    scope: Scope,
    key: LayerKey,
    wanted: (trx: Transaction<Tables>) => Promise<Result<Pick<ConfigVersion, "config" | "revertOf">>>,
    ifMatch?: IfMatch,
  ): Promise<Result<ConfigLayer>> =>
    db.write(async (trx) => {
      const layer = { ...key, organizationId: scope.organizationId };
      const target = await targetOf(trx, layer);
      if (!target.ok) return target;
      const before = await findLayer(trx, layer);
      const values = before === undefined ? null : (JSON.parse(before.config) as ConfigValues);
      const lost = await refuseLostUpdate(ifMatch, layerFields({ config: values ?? {} }));
      if (lost !== null) return lost;
      const to = await wanted(trx);
      if (!to.ok) return to;
      const { config, revertOf } = to.value;
      const bad = await refuseBySchemas(trx, layer, config);
      if (bad !== null) return bad;
      if (values === null || !sameJson(values, config)) {
        await writeLayer(trx, layer, {
          ...{ version: (before?.version ?? 0) + 1, config: JSON.stringify(config), revertOf },
          ...{ authorId: scope.userId, nowMs: clock.nowMs() },
        });
        if (key.level !== "device") {
          await markStale(trx, layer);
          await spread.some(trx);
        }
      }
      // Of one device it is wanted once more even so: whoever sends it again wants it tried again.
      if (key.level === "device")
        await wantAnew(trx, [key.subject], { nowMs: clock.nowMs(), append, anyway: true });
      await parts.note(trx, scope, {
        action: `${key.level}.configure`,
        target: target.value,
        before: values,
        after: config,
      });
      return accept(await readLayer(trx, layer));
    });

  const found = async (scope: Scope, key: LayerKey): Promise<Result<OrganizationLayer>> => {
    const layer = { ...key, organizationId: scope.organizationId };
    const target = await targetOf(db.read, layer);
    return target.ok ? accept(layer) : target;
  };

  return {
    ...createConfigSchemas(parts),
    start: () => spread.start(),
    stop: () => spread.stop(),
    sweep: () => spread.sweep(),

    async get(scope, key) {
      const layer = await found(scope, key);
      return layer.ok ? accept(await readLayer(db.read, layer.value)) : layer;
    },

    set: (scope, key, config, ifMatch) =>
      change(scope, key, async () => accept({ config, revertOf: null }), ifMatch),

    revert: (scope, key, version, ifMatch) =>
      change(
        scope,
        key,
        async (trx) => {
          const layer = { ...key, organizationId: scope.organizationId };
          const [row] = await selectVersions(trx, layer, { before: version + 1, limit: 1 });
          if (row?.version !== version) return refuseField("version", "is none that there was");
          return accept({ config: JSON.parse(row.config) as ConfigValues, revertOf: version });
        },
        ifMatch,
      ),

    async history(scope, key, { limit, cursor }) {
      const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(cursor.value);
      const layer = await found(scope, key);
      if (!layer.ok) return layer;
      const now = await findLayer(db.read, layer.value);
      // One more, which says what the last of them changed.
      const rows = await selectVersions(db.read, layer.value, { before, limit: limit + 1 });
      const versions = rows.map((row) => ({ row, config: JSON.parse(row.config) as ConfigValues }));
      const { page, nextCursor } = cutPage(versions, limit, ({ row }) => ({ value: row.version, id: "" }));
      const items = page.map(({ row, config }, index) => ({
        version: row.version,
        config,
        changed: changedKeys(versions[index + 1]?.config ?? {}, config),
        revertOf: row.revert_of,
        author: row.author,
        at: toTimestamp(row.made_ms),
      }));
      return accept({ items, nextCursor, total: now?.version ?? 0 });
    },

    async addToDevice(trx, deviceId, added) {
      const device = await trx
        .selectFrom("device")
        .select("organization_id")
        .where("id", "=", deviceId)
        .executeTakeFirst();
      if (device === undefined) return "the device was deleted meanwhile";
      const key = { level: "device", subject: deviceId } as const;
      const layer = { ...key, organizationId: device.organization_id };
      const before = await findLayer(trx, layer);
      const values = before === undefined ? {} : (JSON.parse(before.config) as ConfigValues);
      const config = { ...values, ...added };
      const bad = await refuseBySchemas(trx, layer, config);
      if (bad !== null) return bad.refusal.detail;
      const nowMs = clock.nowMs();
      if (before === undefined || !sameJson(values, config))
        await writeLayer(trx, layer, {
          ...{ version: (before?.version ?? 0) + 1, config: JSON.stringify(config) },
          ...{ revertOf: null, authorId: null, nowMs },
        });
      await wantAnew(trx, [deviceId], { nowMs, append, anyway: true });
      return null;
    },
  };
}

/** What a layer's version is made of. */
export const layerFields = ({ config }: Pick<ConfigLayer, "config">): Fields => ({ config });

async function readLayer(db: Kysely<Tables>, layer: OrganizationLayer): Promise<ConfigLayer> {
  const row = await findLayer(db, layer);
  return {
    level: layer.level,
    version: row?.version ?? 0,
    config: row === undefined ? {} : (JSON.parse(row.config) as ConfigValues),
    updatedAt: row === undefined ? null : toTimestamp(row.updated_ms),
    inherited: await inheritedBy(db, layer),
    ...(await schemasFor(db, layer)),
  };
}

/** What the layers before it want together: of one device all, of a site or a type that of the organisation. */
async function inheritedBy(db: Kysely<Tables>, layer: OrganizationLayer): Promise<EffectiveConfig> {
  const { organizationId, level, subject } = layer;
  if (level === "organization") return effectiveConfig({});
  if (level !== "device") {
    const all = await findLayer(db, { organizationId, level: "organization", subject: "" });
    return effectiveConfig(all === undefined ? {} : { organization: JSON.parse(all.config) as ConfigValues });
  }
  const device = await db
    .selectFrom("device")
    .select(["id", "organization_id", "site_id", "type"])
    .where("id", "=", subject)
    .executeTakeFirstOrThrow();
  const { device: _own, ...before } = (await layersOf(db, [device])).get(subject) ?? {};
  return effectiveConfig(before);
}

/** Whom a layer is for, by id and name. Code: `record.not-found`. Types are there as soon as somebody speaks of them. */
async function targetOf(
  db: Kysely<Tables>,
  { organizationId, level, subject }: OrganizationLayer,
): Promise<Result<{ id: string; name: string }>> {
  if (level === "type") return accept({ id: subject, name: subject });
  if (level === "organization") {
    const { name } = await db
      .selectFrom("organization")
      .select("name")
      .where("id", "=", organizationId)
      .executeTakeFirstOrThrow();
    return accept({ id: organizationId, name });
  }
  const row = await db
    .selectFrom(level)
    .select(["id", "name"])
    .where("organization_id", "=", organizationId)
    .where("id", "=", subject)
    .where("deleted_ms", "is", null)
    .executeTakeFirst();
  return row === undefined ? refuse("record.not-found", `${level} ${subject}`) : accept(row);
}
