import { Hono } from "hono";
import * as v from "valibot";
import { recordIdParam } from "../../protocol/accounts/account.ts";
import { pageSchema } from "../../protocol/api/list.ts";
import { deviceQuerySchema, deviceSchema } from "../../protocol/devices/device.ts";
import { accept } from "../../protocol/errors.ts";
import { importQuerySchema } from "../../protocol/imports/import.ts";
import {
  siteBriefSchema,
  siteChoicesSchema,
  siteExportQuerySchema,
  siteInputSchema,
  siteQuerySchema,
  siteSchema,
} from "../../protocol/sites/site.ts";
import type { Devices } from "../devices/devices.ts";
import { answerCsv, CSV, IMPORT } from "../http/csv.ts";
import { operation, validated } from "../http/describe.ts";
import type { AppEnv } from "../http/env.ts";
import { answer } from "../http/problem.ts";
import { answerVersioned, readIfMatch } from "../http/versions.ts";
import { type Sites, siteFields } from "./sites.ts";

/** `/api/v1/sites`, behind a scope. */
export function siteRoutes({ sites, devices }: { sites: Sites; devices: Devices }): Hono<AppEnv> {
  const tag = "sites";
  const routes = new Hono<AppEnv>();
  const one = { status: 200, schema: siteSchema } as const;

  routes.get(
    "/",
    operation({
      summary: "Sites, with their devices counted by state",
      permission: "site:read",
      tag,
      success: { status: 200, schema: pageSchema(siteSchema) },
      errors: ["request.invalid"],
    }),
    validated("query", siteQuerySchema),
    async (c) => answer(c, await sites.list(c.get("scope"), c.req.valid("query"))),
  );
  routes.post(
    "/",
    operation({
      summary: "Make a site",
      permission: "site:write",
      tag,
      success: { status: 201, schema: siteSchema, at: "/api/v1/sites/{id}" },
      errors: ["request.invalid", "record.conflict"],
    }),
    validated("json", siteInputSchema),
    async (c) => answer(c, await sites.create(c.get("scope"), c.req.valid("json")), 201),
  );
  routes.get(
    "/choices",
    operation({
      summary: "What sites can be filtered by",
      permission: "site:read",
      tag,
      success: { status: 200, schema: siteChoicesSchema },
    }),
    async (c) => answer(c, await sites.choices(c.get("scope"))),
  );
  routes.get(
    "/brief",
    operation({
      summary: "The first 500 sites by name, to pick one of",
      permission: "site:read",
      tag,
      success: { status: 200, schema: v.object({ sites: v.array(siteBriefSchema) }) },
    }),
    async (c) => {
      const found = await sites.brief(c.get("scope"));
      return answer(c, found.ok ? accept({ sites: found.value }) : found);
    },
  );
  routes.post(
    "/import",
    operation({
      summary: "Make and change sites by a CSV file, or see line by line what it would do",
      permission: "site:write",
      tag,
      ...IMPORT,
    }),
    validated("query", importQuerySchema),
    async (c) =>
      answer(c, await sites.importCsv(c.get("scope"), await c.req.arrayBuffer(), c.req.valid("query"))),
  );
  routes.get(
    "/export",
    operation({
      summary: "The sites that the filters mean, as a CSV file that can be imported again",
      permission: "site:read",
      tag,
      success: { status: 200, type: CSV, leavesOut: true },
      errors: ["request.invalid"],
    }),
    validated("query", siteExportQuerySchema),
    async (c) => answerCsv(c, "sites", await sites.exportCsv(c.get("scope"), c.req.valid("query"))),
  );
  routes.get(
    "/:id",
    operation({
      summary: "One site",
      permission: "site:read",
      tag,
      success: one,
      version: "given",
      errors: ["record.not-found"],
    }),
    validated("param", recordIdParam),
    async (c) => answerVersioned(c, await sites.get(c.get("scope"), c.req.valid("param").id), siteFields),
  );
  routes.put(
    "/:id",
    operation({
      summary: "Change a site",
      permission: "site:write",
      tag,
      success: one,
      version: "checked",
      errors: ["request.invalid", "record.not-found", "record.conflict"],
    }),
    validated("param", recordIdParam),
    validated("json", siteInputSchema),
    async (c) => {
      const { id } = c.req.valid("param");
      const changed = await sites.update(c.get("scope"), id, c.req.valid("json"), readIfMatch(c));
      return answerVersioned(c, changed, siteFields);
    },
  );
  routes.delete(
    "/:id",
    operation({
      summary: "Delete a site: its devices and gateways are no longer shown, until it is restored",
      permission: "site:write",
      tag,
      success: { status: 204 },
      version: "checked",
      errors: ["record.not-found"],
    }),
    validated("param", recordIdParam),
    async (c) => answer(c, await sites.remove(c.get("scope"), c.req.valid("param").id, readIfMatch(c)), 204),
  );
  routes.post(
    "/:id/restore",
    operation({
      summary: "Bring a deleted site back, with its devices and gateways",
      permission: "site:write",
      tag,
      success: one,
      errors: ["record.not-found", "record.conflict"],
    }),
    validated("param", recordIdParam),
    async (c) => answerVersioned(c, await sites.restore(c.get("scope"), c.req.valid("param").id), siteFields),
  );
  routes.get(
    "/:id/devices",
    operation({
      summary: "Devices of a site",
      permission: "device:read",
      tag,
      success: { status: 200, schema: pageSchema(deviceSchema) },
      errors: ["request.invalid", "record.not-found"],
    }),
    validated("param", recordIdParam),
    validated("query", deviceQuerySchema),
    async (c) => {
      const scope = c.get("scope");
      const { id } = c.req.valid("param");
      const there = await sites.exists(scope, id);
      if (!there.ok) return answer(c, there);
      return answer(c, await devices.list(scope, { ...c.req.valid("query"), site: id }));
    },
  );
  return routes;
}
