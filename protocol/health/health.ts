import * as v from "valibot";
import { deviceSchema } from "../devices/device.ts";
import { siteSchema } from "../sites/site.ts";

/** `GET /api/v1/health`: the estate and the service in one look. */
export const overviewSchema = v.pipe(
  v.object({
    status: v.picklist(["ok", "degraded"]),
    version: v.string(),
    uptimeSeconds: v.number(),
    /** `withProblems`: cut off, or with devices that somebody should look at. */
    sites: v.object({ total: v.number(), withProblems: v.number() }),
    gateways: v.object({ total: v.number(), connected: v.number(), entriesBehind: v.number() }),
    devices: siteSchema.entries.devices,
    /** Sites none of whose gateways is connected, and how their devices, of `devices`, were when last heard of. */
    cutOff: v.object({ sites: v.number(), devices: siteSchema.entries.devices }),
    /** Jobs that are not over, by what they do now. */
    jobs: v.object({ scheduled: v.number(), running: v.number(), paused: v.number(), stopped: v.number() }),
  }),
  v.metadata({ ref: "Overview" }),
);
export type Overview = v.InferOutput<typeof overviewSchema>;

const { id, name, gateway, devices } = siteSchema.entries;
const wallSiteSchema = v.object({ id, name, gateway, devices });

/** `GET /api/v1/health/wall`: everything the overview shows. */
export const wallSchema = v.pipe(
  v.object({
    overview: overviewSchema,
    /** Every site, in no order; the first 2,000 where there are more. */
    sites: v.array(wallSiteSchema),
    /** Devices to look at, worst first, whose gateway is connected: in error, offline, with a warning, late. */
    attention: v.array(deviceSchema),
    /** How many such devices there are. */
    attentionTotal: v.pipe(v.number(), v.integer()),
  }),
  v.metadata({ ref: "Wall" }),
);
export type Wall = v.InferOutput<typeof wallSchema>;
export type WallSite = Wall["sites"][number];
