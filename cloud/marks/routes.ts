import { Hono } from "hono";
import * as v from "valibot";
import { recordIdParam } from "../../protocol/accounts/account.ts";
import { markQuerySchema, markSchema } from "../../protocol/devices/mark.ts";
import { operation, validated } from "../http/describe.ts";
import type { AppEnv } from "../http/env.ts";
import { answer } from "../http/problem.ts";
import type { Marks } from "./marks.ts";

/** What `/api/v1/devices` has of marks, behind a scope. */
export function markRoutes(marks: Marks): Hono<AppEnv> {
  return new Hono<AppEnv>().get(
    "/:id/marks",
    operation({
      summary: "What was done to a device over a span of time: executions, and changes of its configuration",
      permission: "device:read",
      tag: "devices",
      success: { status: 200, schema: v.object({ items: v.array(markSchema) }) },
      errors: ["request.invalid", "record.not-found"],
    }),
    validated("param", recordIdParam),
    validated("query", markQuerySchema),
    async (c) => {
      const { id } = c.req.valid("param");
      return answer(c, await marks.list(c.get("scope"), id, c.req.valid("query")));
    },
  );
}
