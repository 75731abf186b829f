import { expect, test } from "bun:test";
import { Hono } from "hono";
import { ROLE_PERMISSIONS } from "../../protocol/accounts/role.ts";
import { accept, refuse } from "../../protocol/errors.ts";
import type { SeriesQuery } from "../../protocol/telemetry/series.ts";
import type { AppEnv } from "../http/env.ts";
import { telemetryRoutes } from "./telemetry.ts";

const ID = "0190b8e0-7c1a-7000-8000-000000000001";
const scope = {
  ...{ userId: "u", organizationId: "o", role: "viewer" },
  permissions: ROLE_PERMISSIONS.viewer,
};
const asked: unknown[] = [];
const app = new Hono<AppEnv>();
app.use((c, next) => {
  c.set("scope", scope);
  return next();
});
app.route(
  "/",
  telemetryRoutes({
    async series(who, device, query: SeriesQuery) {
      asked.push([who, device, query]);
      return refuse("record.not-found", "no such metric");
    },
    metrics: async () => accept([]),
  }),
);

test("the query is read as the API describes it, and refusals are problems", async () => {
  const response = await app.request(`/${ID}/telemetry?metric=power&from=2026-01-01T00:00:00Z&points=7`);
  expect(response.status).toBe(404);
  expect(asked).toEqual([[scope, ID, { metric: "power", from: Date.UTC(2026, 0, 1), points: 7 }]]);
  expect((await app.request(`/${ID}/telemetry?points=none`)).status).toBe(400);
  expect((await app.request("/device/telemetry")).status).toBe(400);
  expect(await (await app.request(`/${ID}/metrics`)).json()).toEqual([]);
});
