import { Hono } from "hono";
import { overviewSchema, wallSchema } from "../../protocol/health/health.ts";
import { operation } from "../http/describe.ts";
import type { AppEnv } from "../http/env.ts";
import { answer } from "../http/problem.ts";
import type { Health } from "./health.ts";

/** `/api/v1/health`, behind a scope. */
export function healthRoutes(health: Health): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .get(
      "/",
      operation({
        summary: "The estate and the service in one look",
        permission: "site:read",
        tag: "health",
        success: { status: 200, schema: overviewSchema },
      }),
      async (c) => answer(c, await health.overview(c.get("scope"))),
    )
    .get(
      "/wall",
      operation({
        summary: "Everything the overview shows: every site by its state, and the devices to look at",
        permission: "site:read",
        tag: "health",
        success: { status: 200, schema: wallSchema },
      }),
      async (c) => answer(c, await health.wall(c.get("scope"))),
    );
}

/** `/healthz` and `/readyz`, for whatever watches the process. */
export function probeRoutes(health: Health): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .get("/healthz", (c) => c.text("ok\n", 200, PLAIN))
    .get("/readyz", async (c) =>
      (await health.ready()) ? c.text("ready\n", 200, PLAIN) : c.text("database unavailable\n", 503, PLAIN),
    );
}

/** Said outright: the type that Response gives by itself is lost when a header is added to the answer later. */
const PLAIN = { "content-type": "text/plain; charset=utf-8" };
