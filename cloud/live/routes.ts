import { Hono } from "hono";
import { refuse } from "../../protocol/errors.ts";
import { operation } from "../http/describe.ts";
import type { AppEnv } from "../http/env.ts";
import { answer } from "../http/problem.ts";

/** `/api/v1/events`. The server takes WebSockets before they come here; this describes the address. */
export function liveRoutes(): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes.get(
    "/",
    operation({
      summary: "What moves: a WebSocket of JSON messages; say {watch: [deviceId, …]} to see values",
      permission: "anyone",
      tag: "live",
      success: { status: 204 },
      errors: ["request.invalid"],
    }),
    (c) => answer(c, refuse("request.invalid", "this address is for WebSockets")),
  );
  return routes;
}
