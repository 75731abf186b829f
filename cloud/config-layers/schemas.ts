import type { Kysely, Selectable, Transaction } from "kysely";
import { toTimestamp } from "../../protocol/api/list.ts";
import type { ConfigValues } from "../../protocol/config/device-config.ts";
import type { ConfigLayer } from "../../protocol/config/layers.ts";
import {
  type SettingsSchema,
  settingsProblems,
  type TypeSchema,
} from "../../protocol/config/settings-schema.ts";
import { accept, type FieldError, type Result, refuse } from "../../protocol/errors.ts";
import { sameJson } from "../../protocol/json.ts";
import type { Scope } from "../accounts/scope.ts";
import type { SettingsSchemaTable } from "../database/config-tables.ts";
import type { Tables } from "../database/tables.ts";
import { type Fields, type IfMatch, refuseLostUpdate } from "../http/versions.ts";
import type { ConfigLayers, ConfigLayersParts } from "./config-layers.ts";
import type { OrganizationLayer } from "./store.ts";

/** What settings the devices of a type have, and whether a layer keeps to that. */

type Trx = Transaction<Tables>;
export type ConfigSchemas = Pick<ConfigLayers, "schema" | "setSchema">;

export function createConfigSchemas({ db, clock, note }: ConfigLayersParts): ConfigSchemas {
  return {
    async schema({ organizationId }, type) {
      return accept(toTypeSchema(type, await findRow(db.read, organizationId, type)));
    },
    setSchema: (scope, type, schema, ifMatch) =>
      db.write((trx) => change({ clock, note }, trx, scope, { type, schema, ifMatch })),
  };
}

async function change(
  { clock, note }: Pick<ConfigLayersParts, "clock" | "note">,
  trx: Trx,
  scope: Scope,
  { type, schema, ifMatch }: { type: string; schema: SettingsSchema | null; ifMatch: IfMatch | undefined },
): Promise<Result<TypeSchema>> {
  const { organizationId } = scope;
  const row = await findRow(trx, organizationId, type);
  const before = toTypeSchema(type, row);
  const lost = await refuseLostUpdate(ifMatch, schemaFields(before));
  if (lost !== null) return lost;
  const now = {
    version: before.version + (sameJson(before.schema, schema) ? 0 : 1),
    schema: schema === null ? null : JSON.stringify(schema),
    updated_ms: clock.nowMs(),
  };
  await trx
    .insertInto("settings_schema")
    .values({ organization_id: organizationId, type, ...now })
    .onConflict((conflict) => conflict.columns(["organization_id", "type"]).doUpdateSet(now))
    .execute();
  await note(trx, scope, {
    action: "type.schema",
    target: { id: type, name: type },
    before: before.schema,
    after: schema,
  });
  return accept(toTypeSchema(type, { organization_id: organizationId, type, ...now }));
}

/** What a schema's version is made of. */
export const schemaFields = ({ schema }: Pick<TypeSchema, "schema">): Fields => ({ schema });

/** Refuses what the schemas of the devices that a layer is for refuse, at `config.<name>`. */
export async function refuseBySchemas(
  db: Kysely<Tables>,
  layer: OrganizationLayer,
  config: ConfigValues,
): Promise<{ ok: false; refusal: ReturnType<typeof refuse>["refusal"] } | null> {
  const alone = layer.level === "type" || layer.level === "device";
  const errors: FieldError[] = [];
  for (const [type, schema] of await schemasOf(db, layer)) {
    for (const { path, message } of settingsProblems(schema, config, alone))
      errors.push({ path, message: alone ? message : `${message} for the type ${type}` });
  }
  const [first] = errors;
  return first === undefined ? null : refuse("request.invalid", `${first.path}: ${first.message}`, errors);
}

/** The schemas of the types whose devices a layer is for; `schema` is that of the one type, null where it is for several. */
export async function schemasFor(
  db: Kysely<Tables>,
  layer: OrganizationLayer,
): Promise<Pick<ConfigLayer, "schema" | "schemas">> {
  const schemas = [...(await schemasOf(db, layer))].map(([type, schema]) => ({ type, schema }));
  const alone = layer.level === "type" || layer.level === "device";
  return {
    schema: alone ? (schemas[0]?.schema ?? null) : null,
    schemas: schemas.sort((one, other) => (one.type < other.type ? -1 : 1)),
  };
}

/** The schemas of the types of the devices that a layer is for. */
async function schemasOf(
  db: Kysely<Tables>,
  { organizationId, level, subject }: OrganizationLayer,
): Promise<Map<string, SettingsSchema>> {
  let rows = db
    .selectFrom("settings_schema")
    .select(["type", "schema"])
    .where("organization_id", "=", organizationId)
    .where("schema", "is not", null);
  if (level === "type") rows = rows.where("type", "=", subject);
  if (level === "site" || level === "device") {
    const column = level === "site" ? "device.site_id" : "device.id";
    rows = rows.where("type", "in", (of) =>
      of
        .selectFrom("device")
        .select("device.type")
        .where(column, "=", subject)
        .where("device.organization_id", "=", organizationId)
        .where("device.deleted_ms", "is", null),
    );
  }
  return new Map((await rows.execute()).map(({ type, schema }) => [type, readSchema(schema)!]));
}

type SchemaRow = Selectable<SettingsSchemaTable>;

function findRow(db: Kysely<Tables>, organizationId: string, type: string): Promise<SchemaRow | undefined> {
  return db
    .selectFrom("settings_schema")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .where("type", "=", type)
    .executeTakeFirst();
}

function toTypeSchema(type: string, row: SchemaRow | undefined): TypeSchema {
  if (row === undefined) return { type, version: 0, schema: null, updatedAt: null };
  const { version, schema, updated_ms } = row;
  return { type, version, schema: readSchema(schema), updatedAt: toTimestamp(updated_ms) };
}

const readSchema = (text: string | null) => (text === null ? null : (JSON.parse(text) as SettingsSchema));
