import { Hono } from "hono";
import * as v from "valibot";
import { pageSchema } from "../../protocol/api/list.ts";
import { deviceQuerySchema, deviceSchema } from "../../protocol/devices/device.ts";
import { accept } from "../../protocol/errors.ts";
import {
  simulationClearSchema,
  simulationFaultSchema,
  simulationListSchema,
  simulationQuerySchema,
  simulationSchema,
  simulationStartSchema,
  simulationStopSchema,
} from "../../protocol/simulation/simulation.ts";
import type { Devices } from "../devices/devices.ts";
import { operation, validated } from "../http/describe.ts";
import type { AppEnv } from "../http/env.ts";
import { answer } from "../http/problem.ts";
import type { Simulations } from "./simulation.ts";

const tag = "agents";

/** `/api/v1/agents`, behind a scope. */
export function simulationRoutes({
  simulations,
  devices,
}: {
  simulations: Simulations;
  devices: Pick<Devices, "list">;
}): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  const success = { status: 200, schema: simulationSchema } as const;
  const run = { permission: "simulation:run", tag, success } as const;

  routes.get(
    "/",
    operation({
      summary: "Simulated devices, with the filters of all devices",
      permission: "device:read",
      tag,
      success: { status: 200, schema: pageSchema(deviceSchema) },
      errors: ["request.invalid"],
    }),
    validated("query", v.omit(deviceQuerySchema, ["provenance"])),
    async (c) =>
      answer(c, await devices.list(c.get("scope"), { ...c.req.valid("query"), provenance: "simulated" })),
  );
  routes.get(
    "/simulation/status",
    operation({
      summary: "The simulations that run or ran; of one site when it is named",
      permission: "device:read",
      tag,
      success: { status: 200, schema: simulationListSchema },
      errors: ["request.invalid", "record.not-found"],
    }),
    validated("query", simulationQuerySchema),
    async (c) => {
      const { siteId } = c.req.valid("query");
      const scope = c.get("scope");
      if (siteId === undefined) {
        const all = await simulations.list(scope);
        return answer(c, all.ok ? accept({ items: all.value }) : all);
      }
      const one = await simulations.get(scope, siteId);
      return answer(c, one.ok ? accept({ items: [one.value] }) : one);
    },
  );
  routes.post(
    "/simulation/start",
    operation({
      summary: "Run simulated devices at a site; what ran there before ends",
      ...run,
      errors: ["request.invalid", "record.not-found"],
    }),
    validated("json", simulationStartSchema),
    async (c) => answer(c, await simulations.start(c.get("scope"), c.req.valid("json"))),
  );
  routes.post(
    "/simulation/stop",
    operation({
      summary: "End a site's simulation, and remove its devices when asked to",
      ...run,
      errors: ["request.invalid", "record.not-found"],
    }),
    validated("json", simulationStopSchema),
    async (c) => answer(c, await simulations.stop(c.get("scope"), c.req.valid("json"))),
  );
  routes.post(
    "/simulation/faults",
    operation({
      summary: "Let something go wrong with devices of a simulation, until it is taken away",
      ...run,
      errors: ["request.invalid", "record.not-found"],
    }),
    validated("json", simulationFaultSchema),
    async (c) => answer(c, await simulations.inject(c.get("scope"), c.req.valid("json"))),
  );
  routes.post(
    "/simulation/faults/clear",
    operation({
      summary: "Take a fault away, one of the scenario's too",
      ...run,
      errors: ["request.invalid", "record.not-found"],
    }),
    validated("json", simulationClearSchema),
    async (c) => answer(c, await simulations.clear(c.get("scope"), c.req.valid("json"))),
  );
  return routes;
}
