import { Hono } from "hono";
import { pageSchema } from "../../protocol/api/list.ts";
import { auditEntrySchema, auditQuerySchema } from "../../protocol/audit/audit.ts";
import { operation, validated } from "../http/describe.ts";
import type { AppEnv } from "../http/env.ts";
import { answer } from "../http/problem.ts";
import type { Audit } from "./audit.ts";

/** `/api/v1/audit`, behind a scope. */
export function auditRoutes(audit: Audit): Hono<AppEnv> {
  return new Hono<AppEnv>().get(
    "/",
    operation({
      summary: "Who did what, newest first",
      permission: "audit:read",
      tag: "audit",
      success: { status: 200, schema: pageSchema(auditEntrySchema) },
      errors: ["request.invalid"],
    }),
    validated("query", auditQuerySchema),
    async (c) => answer(c, await audit.list(c.get("scope"), c.req.valid("query"))),
  );
}
