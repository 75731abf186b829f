import * as v from "valibot";
import { CONNECTIVITIES, HEALTHS } from "../devices/device.ts";
import { idSchema } from "../ids.ts";
import { JOB_STATES } from "../jobs/job-machine.ts";
import { JOB_STATUSES } from "../jobs/run-states.ts";
import { PRIORITIES } from "../notifications/message.ts";
import { EVENT_ID } from "./event-id.ts";
import { WATCH_MAX_DEVICES } from "./limits.ts";

/**
 * What the browser hears on `GET /api/v1/events` (WebSocket, JSON text frames) and `GET /api/v1/events/poll`, and the
 * one thing it says: which devices it is looking at. The API has the truth; who comes back within a short time gets
 * what it missed by the last `id` it saw, and everybody else is told to ask the API again.
 */

/** Absent means that it was not sent to a browser yet. Ids of one connection count up. */
const id = v.optional(v.pipe(v.string(), v.regex(EVENT_ID)));

const deviceStatus = v.object({
  type: v.literal("device:status"),
  id,
  device: idSchema,
  site: idSchema,
  connectivity: v.picklist(CONNECTIVITIES),
  health: v.picklist(HEALTHS),
  since: v.number(),
});

const siteUpdate = v.object({
  type: v.literal("site:update"),
  id,
  site: idSchema,
  /** Whether the site's gateway is connected to the cloud. */
  gatewayConnected: v.boolean(),
});

/**
 * A job moved on: how many executions of its newest run are in each state, and which of them changed, at most 50 of them (`more`:
 * there were others). At most every 250 ms of each job. `total` null: it has not been run yet.
 */
const jobProgress = v.object({
  type: v.literal("job:progress"),
  id,
  job: idSchema,
  status: v.picklist(JOB_STATUSES),
  slot: v.nullable(v.number()),
  total: v.nullable(v.number()),
  released: v.nullable(v.number()),
  counts: v.record(v.string(), v.number()),
  executions: v.array(
    v.object({
      id: idSchema,
      state: v.picklist(JOB_STATES),
      percent: v.nullable(v.number()),
      message: v.nullable(v.string()),
      reason: v.nullable(v.string()),
    }),
  ),
  more: v.boolean(),
});

/** Executions of a job have written lines, which the API has. At most every 250 ms of each job. */
const jobLog = v.object({ type: v.literal("job:log"), id, job: idSchema });

/** Newest readings of a watched device: `[metric, ms since 1970, value]`. */
const telemetry = v.object({
  type: v.literal("telemetry"),
  id,
  device: idSchema,
  readings: v.array(v.tuple([v.string(), v.number(), v.union([v.number(), v.boolean(), v.string()])])),
});

/** Something new is in one's inbox. Only those hear it whom it is for. `at`: ms. */
const notificationNew = v.object({
  type: v.literal("notification:new"),
  id,
  notification: idSchema,
  title: v.string(),
  priority: v.picklist(PRIORITIES),
  at: v.number(),
});

/** One has read some, or marked it unread, perhaps elsewhere: so many are unread now. Only oneself hears it. */
const notificationRead = v.object({ type: v.literal("notification:read"), id, unread: v.number() });

/**
 * Somebody did something: the newest entry of the audit log (but that people log in and out), and how many there are
 * since the event before it, this one included. At most every 250 ms of an organisation. `actor` null: a command on the machine itself. `at`: ms.
 */
const auditNew = v.object({
  type: v.literal("audit:new"),
  id,
  seq: v.number(),
  at: v.number(),
  actor: v.nullable(v.string()),
  action: v.string(),
  target: v.object({ kind: v.string(), id: v.string(), name: v.string() }),
  count: v.number(),
});

/**
 * Sent when everything missed has been sent and every 20 s, so that a dead line is noticed. `now` is the cloud's clock,
 * ms; `id` is that of the newest event there is, whether or not its hearer may see it.
 */
const heartbeat = v.object({ type: v.literal("heartbeat"), id, now: v.number() });

/** Events were missed that are not kept any more: what the page shows is to be asked for again. */
const resync = v.object({ type: v.literal("resync"), id });

export const liveEventSchema = v.variant("type", [
  deviceStatus,
  siteUpdate,
  jobProgress,
  jobLog,
  telemetry,
  notificationNew,
  notificationRead,
  auditNew,
  heartbeat,
  resync,
]);
export type LiveEvent = v.InferOutput<typeof liveEventSchema>;

/** The browser's message: it now looks at these devices and no others. */
export const browserMessageSchema = v.strictObject({
  watch: v.pipe(
    v.array(idSchema),
    v.maxLength(WATCH_MAX_DEVICES, `at most ${WATCH_MAX_DEVICES} devices can be watched`),
  ),
});
