import { Hono } from "hono";
import { recordIdParam } from "../../protocol/accounts/account.ts";
import {
  bulkChangeInputSchema,
  bulkChangeSchema,
  bulkPreviewSchema,
  bulkTargetsSchema,
} from "../../protocol/devices/bulk.ts";
import { operation, validated } from "../http/describe.ts";
import type { AppEnv } from "../http/env.ts";
import { answer } from "../http/problem.ts";
import type { BulkChanges } from "./bulk.ts";

/** `/api/v1/devices/bulk`, behind a scope. */
export function bulkRoutes({ bulk }: { bulk: BulkChanges }): Hono<AppEnv> {
  const common = { permission: "device:write", tag: "devices" } as const;
  const routes = new Hono<AppEnv>();

  routes.post(
    "/",
    operation({
      ...common,
      summary: "Change many devices at once: picked ones, or all that a filter means",
      success: { status: 201, schema: bulkChangeSchema, at: "/api/v1/devices/bulk/{id}" },
      errors: ["request.invalid", "record.conflict"],
    }),
    validated("json", bulkChangeInputSchema),
    async (c) => answer(c, await bulk.run(c.get("scope"), c.req.valid("json")), 201),
  );
  routes.post(
    "/preview",
    operation({
      ...common,
      summary: "How many devices a bulk change would mean, and some of them",
      success: { status: 200, schema: bulkPreviewSchema },
      errors: ["request.invalid"],
    }),
    validated("json", bulkTargetsSchema),
    async (c) => answer(c, await bulk.preview(c.get("scope"), c.req.valid("json"))),
  );
  routes.get(
    "/:id",
    operation({
      ...common,
      summary: "What a bulk change did",
      success: { status: 200, schema: bulkChangeSchema },
      errors: ["record.not-found"],
    }),
    validated("param", recordIdParam),
    async (c) => answer(c, await bulk.get(c.get("scope"), c.req.valid("param").id)),
  );
  routes.post(
    "/:id/undo",
    operation({
      ...common,
      summary: "Undo a bulk change",
      success: { status: 200, schema: bulkChangeSchema },
      errors: ["record.not-found", "record.conflict"],
    }),
    validated("param", recordIdParam),
    async (c) => answer(c, await bulk.undo(c.get("scope"), c.req.valid("param").id)),
  );
  return routes;
}
