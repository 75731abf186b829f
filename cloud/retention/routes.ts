import { Hono } from "hono";
import {
  RETENTION_FIELDS,
  type Retention,
  retentionPatchSchema,
  retentionSchema,
} from "../../protocol/telemetry/retention.ts";
import { operation, validated } from "../http/describe.ts";
import type { AppEnv } from "../http/env.ts";
import { answerVersioned, pick, readIfMatch } from "../http/versions.ts";
import type { Retentions } from "./retention.ts";

/** `/api/v1/organization/retention`, behind a scope. */
export function retentionRoutes(retentions: Pick<Retentions, "get" | "change">): Hono<AppEnv> {
  const tag = "organization";
  const routes = new Hono<AppEnv>();
  const success = { status: 200, schema: retentionSchema } as const;
  routes.get(
    "/retention",
    operation({
      summary: "For how long telemetry is kept raw, and kept at all",
      permission: "organization:read",
      tag,
      success,
      version: "given",
    }),
    async (c) => answerVersioned(c, await retentions.get(c.get("scope")), fields),
  );
  routes.patch(
    "/retention",
    operation({
      summary: "Change for how long telemetry is kept; what is dropped is gone",
      permission: "organization:write",
      tag,
      success,
      version: "checked",
      errors: ["request.invalid"],
    }),
    validated("json", retentionPatchSchema),
    async (c) =>
      answerVersioned(
        c,
        await retentions.change(c.get("scope"), c.req.valid("json"), readIfMatch(c)),
        fields,
      ),
  );
  return routes;
}

const fields = (retention: Retention) => pick(retention, RETENTION_FIELDS);
