import { Hono } from "hono";
import * as v from "valibot";
import { activityQuerySchema, activitySchema } from "../../protocol/activity/activity.ts";
import { operation, validated } from "../http/describe.ts";
import type { AppEnv } from "../http/env.ts";
import { answer } from "../http/problem.ts";
import type { ActivityFeed } from "./activity.ts";

/** `/api/v1/activity`, behind a scope. */
export function activityRoutes(activity: ActivityFeed): Hono<AppEnv> {
  return new Hono<AppEnv>().get(
    "/",
    operation({
      summary: "What happened lately, newest first: to devices and gateways, and what people did",
      permission: "site:read",
      tag: "health",
      success: { status: 200, schema: v.object({ items: v.array(activitySchema) }) },
      errors: ["request.invalid"],
    }),
    validated("query", activityQuerySchema),
    async (c) => answer(c, await activity.list(c.get("scope"), c.req.valid("query"))),
  );
}
