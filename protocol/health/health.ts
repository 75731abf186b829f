import * as v from "valibot";
import { deviceCountsSchema } from "../sites/site.ts";

/** `GET /api/v1/health`: the estate and the service in one look. */
export const overviewSchema = v.pipe(
  v.object({
    status: v.picklist(["ok", "degraded"]),
    version: v.string(),
    uptimeSeconds: v.number(),
    sites: v.object({ total: v.number(), withProblems: v.number() }),
    gateways: v.object({ total: v.number(), connected: v.number(), entriesBehind: v.number() }),
    devices: deviceCountsSchema,
  }),
  v.metadata({ ref: "Overview" }),
);
export type Overview = v.InferOutput<typeof overviewSchema>;
