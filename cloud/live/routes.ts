import { Hono } from "hono";
import { refuse } from "../../protocol/errors.ts";
import { pollAnswerSchema, pollQuerySchema, resumeSchema } from "../../protocol/live/resume.ts";
import { operation, validated } from "../http/describe.ts";
import type { AppEnv } from "../http/env.ts";
import { answer } from "../http/problem.ts";
import type { Live } from "./live.ts";

/** `/api/v1/events`. The server takes WebSockets before they come here; this describes the address. */
export function liveRoutes(live: Pick<Live, "poll">): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  const tag = "live";
  routes.get(
    "/",
    operation({
      summary: "What moves: a WebSocket of JSON messages; say {watch: [deviceId, …]} to see values",
      permission: "anyone",
      tag,
      success: { status: 204 },
      errors: ["request.invalid"],
    }),
    validated("query", resumeSchema),
    (c) => answer(c, refuse("request.invalid", "this address is for WebSockets")),
  );
  routes.get(
    "/poll",
    operation({
      summary: "The same where a WebSocket cannot be opened: what came after an event, or comes soon",
      permission: "anyone",
      tag,
      success: { status: 200, schema: pollAnswerSchema },
      errors: ["request.invalid", "store.unavailable"],
    }),
    validated("query", pollQuerySchema),
    async (c) => {
      const { signal } = c.req.raw;
      const polled = await live.poll(c.get("scope"), c.get("sessionToken"), c.req.valid("query"), signal);
      if (!polled.ok) return answer(c, polled);
      return c.body(polled.value, 200, { "content-type": "application/json" });
    },
  );
  return routes;
}
