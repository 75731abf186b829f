import * as v from "valibot";
import { CONNECTIVITIES, HEALTHS } from "../devices/device.ts";
import { idSchema } from "../ids.ts";
import { WATCH_MAX_DEVICES } from "./limits.ts";

/**
 * What the browser hears on `GET /api/v1/events` (WebSocket, JSON text frames), and the one thing it says:
 * which devices it is looking at. Live messages may be lost without harm; the API has the truth.
 */

const deviceStatus = v.object({
  type: v.literal("device:status"),
  device: idSchema,
  site: idSchema,
  connectivity: v.picklist(CONNECTIVITIES),
  health: v.picklist(HEALTHS),
  since: v.number(),
});

const siteUpdate = v.object({
  type: v.literal("site:update"),
  site: idSchema,
  /** Whether the site's gateway is connected to the cloud. */
  gatewayConnected: v.boolean(),
});

/** Newest readings of a watched device: `[metric, ms since 1970, value]`. */
const telemetry = v.object({
  type: v.literal("telemetry"),
  device: idSchema,
  readings: v.array(v.tuple([v.string(), v.number(), v.union([v.number(), v.boolean(), v.string()])])),
});

/** Sent on opening and every 20 s, so that a dead line is noticed. `now` is the cloud's clock, ms. */
const heartbeat = v.object({ type: v.literal("heartbeat"), now: v.number() });

export const liveEventSchema = v.variant("type", [deviceStatus, siteUpdate, telemetry, heartbeat]);
export type LiveEvent = v.InferOutput<typeof liveEventSchema>;

/** The browser's message: it now looks at these devices and no others. */
export const browserMessageSchema = v.strictObject({
  watch: v.pipe(
    v.array(idSchema),
    v.maxLength(WATCH_MAX_DEVICES, `at most ${WATCH_MAX_DEVICES} devices can be watched`),
  ),
});
