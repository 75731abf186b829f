import { Hono } from "hono";
import * as v from "valibot";
import { recordIdParam } from "../../protocol/accounts/account.ts";
import {
  type ConfigLevel,
  configHistoryQuerySchema,
  configLayerInputSchema,
  configLayerSchema,
  configRevertSchema,
  configTypeParam,
  configVersionsSchema,
} from "../../protocol/config/layers.ts";
import { settingsSchemaInputSchema, typeSchemaSchema } from "../../protocol/config/settings-schema.ts";
import { operation, validated } from "../http/describe.ts";
import type { AppEnv } from "../http/env.ts";
import { answer } from "../http/problem.ts";
import { answerVersioned, readIfMatch } from "../http/versions.ts";
import { type ConfigLayers, type LayerKey, layerFields, schemaFields } from "./config-layers.ts";

/** Where a layer is found, and how sentences speak of what it is for. */
interface Place {
  path: string;
  level: ConfigLevel;
  of: string;
  param: v.GenericSchema<unknown, { id?: string; type?: string }>;
}

const PLACES: readonly Place[] = [
  { path: "/organization", level: "organization", of: "all devices", param: v.object({}) },
  { path: "/sites/:id", level: "site", of: "the devices of a site", param: recordIdParam },
  { path: "/types/:type", level: "type", of: "the devices of a type", param: configTypeParam },
];
const OF_DEVICE: Place = { path: "/:id/config", level: "device", of: "one device", param: recordIdParam };

const TAG = "configuration";
const LAYER = { status: 200, schema: configLayerSchema } as const;
const ERRORS = ["request.invalid", "record.not-found"] as const;

const keyOf = ({ level }: Place, { id, type }: { id?: string; type?: string }): LayerKey => ({
  level,
  subject: id ?? type ?? "",
});

/** `/api/v1/config`, behind a scope. */
export function configLayerRoutes(layers: ConfigLayers): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  for (const place of PLACES) {
    const { path, of } = place;
    routes.get(
      path,
      operation({
        summary: `What is wanted of ${of}`,
        permission: "device:read",
        tag: TAG,
        success: LAYER,
        version: "given",
        errors: ["record.not-found"],
      }),
      validated("param", place.param),
      async (c) =>
        answerVersioned(c, await layers.get(c.get("scope"), keyOf(place, c.req.valid("param"))), layerFields),
    );
    routes.put(
      path,
      operation({
        summary: `Want another configuration of ${of}`,
        permission: "device:write",
        tag: TAG,
        success: LAYER,
        version: "checked",
        errors: ERRORS,
      }),
      validated("param", place.param),
      validated("json", configLayerInputSchema),
      async (c) => {
        const key = keyOf(place, c.req.valid("param"));
        const { config } = c.req.valid("json");
        const set = await layers.set(c.get("scope"), key, config, readIfMatch(c));
        return answerVersioned(c, set, layerFields);
      },
    );
    addHistory(routes, layers, place);
  }
  addSchemas(routes, layers);
  return routes;
}

function addSchemas(routes: Hono<AppEnv>, layers: ConfigLayers): void {
  const path = "/types/:type/schema";
  const success = { status: 200, schema: typeSchemaSchema } as const;
  routes.get(
    path,
    operation({
      summary: "What settings the devices of a type have, in a subset of JSON Schema",
      permission: "device:read",
      tag: TAG,
      success,
      version: "given",
    }),
    validated("param", configTypeParam),
    async (c) =>
      answerVersioned(c, await layers.schema(c.get("scope"), c.req.valid("param").type), schemaFields),
  );
  routes.put(
    path,
    operation({
      summary: "Say what settings the devices of a type have; null takes that back",
      permission: "organization:write",
      tag: TAG,
      success,
      version: "checked",
      errors: ["request.invalid"],
    }),
    validated("param", configTypeParam),
    validated("json", settingsSchemaInputSchema),
    async (c) => {
      const { type } = c.req.valid("param");
      const { schema } = c.req.valid("json");
      const set = await layers.setSchema(c.get("scope"), type, schema, readIfMatch(c));
      return answerVersioned(c, set, schemaFields);
    },
  );
}

/** `/api/v1/devices/{id}/config/…`: the versions of what is wanted of one device, behind a scope. */
export function deviceHistoryRoutes(layers: ConfigLayers): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  addHistory(routes, layers, OF_DEVICE);
  return routes;
}

function addHistory(routes: Hono<AppEnv>, layers: ConfigLayers, place: Place): void {
  routes.get(
    `${place.path}/history`,
    operation({
      summary: `Every version of what is wanted of ${place.of}, newest first, with who wrote it`,
      permission: "device:read",
      tag: TAG,
      success: { status: 200, schema: configVersionsSchema },
      errors: ERRORS,
    }),
    validated("param", place.param),
    validated("query", configHistoryQuerySchema),
    async (c) => {
      const key = keyOf(place, c.req.valid("param"));
      return answer(c, await layers.history(c.get("scope"), key, c.req.valid("query")));
    },
  );
  routes.post(
    `${place.path}/revert`,
    operation({
      summary: `Want of ${place.of} once more what a version wanted; it becomes a new one`,
      permission: "device:write",
      tag: TAG,
      success: LAYER,
      version: "checked",
      errors: ERRORS,
    }),
    validated("param", place.param),
    validated("json", configRevertSchema),
    async (c) => {
      const key = keyOf(place, c.req.valid("param"));
      const { version } = c.req.valid("json");
      const reverted = await layers.revert(c.get("scope"), key, version, readIfMatch(c));
      return answerVersioned(c, reverted, layerFields);
    },
  );
}
