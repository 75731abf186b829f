import { Hono } from "hono";
import * as v from "valibot";
import { recordIdParam } from "../../protocol/accounts/account.ts";
import { pageSchema } from "../../protocol/api/list.ts";
import { configValuesSchema } from "../../protocol/config/device-config.ts";
import { deviceChoicesSchema } from "../../protocol/devices/choices.ts";
import {
  type DeviceDetail,
  deviceCountsQuerySchema,
  deviceDetailSchema,
  deviceExportQuerySchema,
  deviceInputSchema,
  devicePatchSchema,
  deviceQuerySchema,
  deviceSchema,
} from "../../protocol/devices/device.ts";
import { accept, type Result } from "../../protocol/errors.ts";
import { importQuerySchema } from "../../protocol/imports/import.ts";
import { deviceReportSchema } from "../../protocol/sites/site.ts";
import type { Health } from "../health/health.ts";
import { answerCsv, CSV, IMPORT } from "../http/csv.ts";
import { operation, validated } from "../http/describe.ts";
import type { AppEnv } from "../http/env.ts";
import { answer } from "../http/problem.ts";
import { answerVersioned, readIfMatch } from "../http/versions.ts";
import { configFields, type Devices, deviceFields } from "./devices.ts";

const configInputSchema = v.pipe(
  v.strictObject({ config: configValuesSchema }),
  v.metadata({ ref: "DeviceConfigInput" }),
);

/** `/api/v1/devices`, behind a scope. */
export function deviceRoutes({
  devices,
  health,
}: {
  devices: Devices;
  health: Pick<Health, "deviceCounts">;
}): Hono<AppEnv> {
  const tag = "devices";
  const routes = new Hono<AppEnv>();
  const detail = { status: 200, schema: deviceDetailSchema } as const;

  routes.get(
    "/",
    operation({
      summary: "Devices, with filters",
      permission: "device:read",
      tag,
      success: { status: 200, schema: pageSchema(deviceSchema) },
      errors: ["request.invalid"],
    }),
    validated("query", deviceQuerySchema),
    async (c) => answer(c, await devices.list(c.get("scope"), c.req.valid("query"))),
  );
  routes.post(
    "/",
    operation({
      summary: "Make a device that is expected: it is active as soon as its gateway knows it",
      permission: "device:write",
      tag,
      success: { status: 201, schema: deviceDetailSchema, at: "/api/v1/devices/{id}" },
      errors: ["request.invalid", "record.conflict"],
    }),
    validated("json", deviceInputSchema),
    async (c) => answer(c, await devices.create(c.get("scope"), c.req.valid("json")), 201),
  );
  routes.get(
    "/health",
    operation({
      summary: "How many devices are in which state; simulated ones only where `provenance` asks for them",
      permission: "device:read",
      tag,
      success: { status: 200, schema: deviceReportSchema },
    }),
    validated("query", deviceCountsQuerySchema),
    async (c) => answer(c, await health.deviceCounts(c.get("scope"), c.req.valid("query"))),
  );
  routes.get(
    "/choices",
    operation({
      summary: "What devices can be filtered by",
      permission: "device:read",
      tag,
      success: { status: 200, schema: deviceChoicesSchema },
    }),
    async (c) => answer(c, await devices.choices(c.get("scope"))),
  );
  routes.post(
    "/import",
    operation({
      summary: "Make and change devices by a CSV file, or see line by line what it would do",
      permission: "device:write",
      tag,
      ...IMPORT,
    }),
    validated("query", importQuerySchema),
    async (c) =>
      answer(c, await devices.importCsv(c.get("scope"), await c.req.arrayBuffer(), c.req.valid("query"))),
  );
  routes.get(
    "/export",
    operation({
      summary:
        "The devices that the filters mean, as a CSV file that can be imported again; simulated ones only where `provenance` asks for them",
      permission: "device:read",
      tag,
      success: { status: 200, type: CSV, leavesOut: true },
      errors: ["request.invalid"],
    }),
    validated("query", deviceExportQuerySchema),
    async (c) => answerCsv(c, "devices", await devices.exportCsv(c.get("scope"), c.req.valid("query"))),
  );
  routes.get(
    "/:id",
    operation({
      summary: "One device",
      permission: "device:read",
      tag,
      success: detail,
      version: "given",
      errors: ["record.not-found"],
    }),
    validated("param", recordIdParam),
    async (c) => answerVersioned(c, await devices.get(c.get("scope"), c.req.valid("param").id), deviceFields),
  );
  routes.patch(
    "/:id",
    operation({
      summary: "Change a device",
      permission: "device:write",
      tag,
      success: detail,
      version: "checked",
      errors: ["request.invalid", "record.not-found", "record.conflict"],
    }),
    validated("param", recordIdParam),
    validated("json", devicePatchSchema),
    async (c) => {
      const { id } = c.req.valid("param");
      const changed = await devices.patch(c.get("scope"), id, c.req.valid("json"), readIfMatch(c));
      return answerVersioned(c, changed, deviceFields);
    },
  );
  routes.delete(
    "/:id",
    operation({
      summary: "Delete a device; it can be restored for 30 days, with what it measured",
      permission: "device:write",
      tag,
      success: { status: 204 },
      version: "checked",
      errors: ["record.not-found"],
    }),
    validated("param", recordIdParam),
    async (c) => {
      const { id } = c.req.valid("param");
      const removed = await devices.remove(c.get("scope"), id, readIfMatch(c));
      return removed.ok ? c.body(null, 204) : answer(c, removed);
    },
  );
  routes.post(
    "/:id/restore",
    operation({
      summary: "Bring a deleted or retired device back",
      permission: "device:write",
      tag,
      success: detail,
      errors: ["record.not-found", "record.conflict"],
    }),
    validated("param", recordIdParam),
    async (c) => {
      const { id } = c.req.valid("param");
      return answerVersioned(c, await devices.restore(c.get("scope"), id), deviceFields);
    },
  );
  routes.get(
    "/:id/config",
    operation({
      summary: "Wanted and reported configuration",
      permission: "device:read",
      tag,
      success: { status: 200, schema: deviceDetailSchema.entries.config },
      version: "given",
      errors: ["record.not-found"],
    }),
    validated("param", recordIdParam),
    async (c) => {
      const device = await devices.get(c.get("scope"), c.req.valid("param").id);
      return answerVersioned(c, configOf(device), configFields);
    },
  );
  routes.put(
    "/:id/config",
    operation({
      summary: "Want another configuration of a device",
      permission: "device:write",
      tag,
      success: { status: 200, schema: deviceDetailSchema.entries.config },
      version: "checked",
      errors: ["request.invalid", "record.not-found"],
    }),
    validated("param", recordIdParam),
    validated("json", configInputSchema),
    async (c) => {
      const { id } = c.req.valid("param");
      const { config } = c.req.valid("json");
      const device = await devices.setDesiredConfig(c.get("scope"), id, config, readIfMatch(c));
      return answerVersioned(c, configOf(device), configFields);
    },
  );
  return routes;
}

const configOf = (device: Result<DeviceDetail>): Result<DeviceDetail["config"]> =>
  device.ok ? accept(device.value.config) : device;
