import { Hono } from "hono";
import { foundSchema, searchQuerySchema } from "../../protocol/search/search.ts";
import { operation, validated } from "../http/describe.ts";
import type { AppEnv } from "../http/env.ts";
import type { Search } from "./search.ts";

/** `/api/v1/search`, behind a scope. */
export function searchRoutes(search: Search): Hono<AppEnv> {
  return new Hono<AppEnv>().get(
    "/",
    operation({
      summary: "Sites, devices, jobs and members by name; of those one may read",
      permission: "anyone",
      tag: "search",
      success: { status: 200, schema: foundSchema },
      errors: ["request.invalid"],
    }),
    validated("query", searchQuerySchema),
    async (c) => c.json(await search.find(c.get("scope"), c.req.valid("query"))),
  );
}
