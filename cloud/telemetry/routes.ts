import { Hono } from "hono";
import * as v from "valibot";
import { recordIdParam } from "../../protocol/accounts/account.ts";
import { latestValueSchema } from "../../protocol/devices/device.ts";
import { seriesQuerySchema, seriesSchema } from "../../protocol/telemetry/series.ts";
import { operation, validated } from "../http/describe.ts";
import type { AppEnv } from "../http/env.ts";
import { answer } from "../http/problem.ts";
import type { Telemetry } from "./telemetry.ts";

/** What `/api/v1/devices` has of telemetry, behind a scope. */
export function telemetryRoutes(telemetry: Pick<Telemetry, "series" | "metrics">): Hono<AppEnv> {
  const tag = "telemetry";
  const routes = new Hono<AppEnv>();
  routes.get(
    "/:id/telemetry",
    operation({
      summary: "One metric of a device over a span of time, at most `points` rows, from exact data",
      permission: "telemetry:read",
      tag,
      success: { status: 200, schema: seriesSchema },
      errors: ["request.invalid", "record.not-found"],
    }),
    validated("param", recordIdParam),
    validated("query", seriesQuerySchema),
    async (c) => {
      const { id } = c.req.valid("param");
      return answer(c, await telemetry.series(c.get("scope"), id, c.req.valid("query")));
    },
  );
  routes.get(
    "/:id/metrics",
    operation({
      summary: "The newest value of each metric of a device",
      permission: "telemetry:read",
      tag,
      success: { status: 200, schema: v.array(latestValueSchema) },
      errors: ["request.invalid", "record.not-found"],
    }),
    validated("param", recordIdParam),
    async (c) => answer(c, await telemetry.metrics(c.get("scope"), c.req.valid("param").id)),
  );
  return routes;
}
