import { Hono } from "hono";
import { recordIdParam } from "../../protocol/accounts/account.ts";
import { pageSchema } from "../../protocol/api/list.ts";
import {
  deadLetterQuerySchema,
  deliveryDetailSchema,
  deliveryParam,
  deliveryQuerySchema,
  deliverySchema,
  replayedSchema,
  replaySchema,
} from "../../protocol/notifications/delivery-view.ts";
import {
  notificationDetailSchema,
  notificationInputSchema,
  notificationQuerySchema,
  notificationSchema,
  previewInputSchema,
  previewSchema,
} from "../../protocol/notifications/notification.ts";
import { receiptReportSchema } from "../../protocol/notifications/receipt-report.ts";
import { statsQuerySchema, statsSchema } from "../../protocol/notifications/statistics.ts";
import { operation, validated } from "../http/describe.ts";
import type { AppEnv } from "../http/env.ts";
import { answer } from "../http/problem.ts";
import { inboxRoutes } from "./inbox/inbox-routes.ts";
import type { Notifications } from "./notifying.ts";
import { READS, SENDS } from "./route-heads.ts";
import { templateRoutes } from "./templates/template-routes.ts";

/** `/api/v1/notifications`, behind a scope. */
export function notificationRoutes(notifications: Notifications): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();

  routes.get(
    "/",
    operation({
      ...READS,
      summary: "List notifications, with how many deliveries are in each state",
      success: { status: 200, schema: pageSchema(notificationSchema) },
      errors: ["request.invalid"],
    }),
    validated("query", notificationQuerySchema),
    async (c) => answer(c, await notifications.list(c.get("scope"), c.req.valid("query"))),
  );
  routes.post(
    "/",
    operation({
      ...SENDS,
      summary: "Send to devices, people, topics or addresses: now, at a time or again and again",
      success: { status: 201, schema: notificationSchema, at: "/api/v1/notifications/{id}" },
      errors: ["request.invalid", "record.not-found"],
    }),
    validated("json", notificationInputSchema),
    async (c) => answer(c, await notifications.create(c.get("scope"), c.req.valid("json")), 201),
  );
  routes.post(
    "/preview",
    operation({
      ...SENDS,
      summary: "What would be sent on each channel and when, to whom, and who is left out; nothing is sent",
      success: { status: 200, schema: previewSchema },
      errors: ["request.invalid", "record.not-found"],
    }),
    validated("json", previewInputSchema),
    async (c) => answer(c, await notifications.preview(c.get("scope"), c.req.valid("json"))),
  );
  routes.get(
    "/stats",
    operation({
      ...READS,
      summary: "Deliveries by day and channel, and why some failed",
      success: { status: 200, schema: statsSchema },
      errors: ["request.invalid"],
    }),
    validated("query", statsQuerySchema),
    async (c) => answer(c, await notifications.stats(c.get("scope"), c.req.valid("query"))),
  );
  routes.get(
    "/dead-letters",
    operation({
      ...READS,
      summary: "List deliveries that failed, newest first",
      success: { status: 200, schema: pageSchema(deliverySchema) },
      errors: ["request.invalid"],
    }),
    validated("query", deadLetterQuerySchema),
    async (c) => answer(c, await notifications.deadLetters(c.get("scope"), c.req.valid("query"))),
  );
  routes.post(
    "/dead-letters/replay",
    operation({
      ...SENDS,
      summary: "Send again what failed, expired or was dropped",
      success: { status: 200, schema: replayedSchema },
      errors: ["request.invalid", "record.not-found"],
    }),
    validated("json", replaySchema),
    async (c) => answer(c, await notifications.replay(c.get("scope"), c.req.valid("json"))),
  );
  routes.route("/templates", templateRoutes(notifications));
  routes.route("/", inboxRoutes(notifications));
  routes.get(
    "/:id",
    operation({
      ...READS,
      summary: "Read a notification, with its deliveries counted by channel and reason",
      success: { status: 200, schema: notificationDetailSchema },
      errors: ["record.not-found"],
    }),
    validated("param", recordIdParam),
    async (c) => answer(c, await notifications.get(c.get("scope"), c.req.valid("param").id)),
  );
  routes.post(
    "/:id/cancel",
    operation({
      ...SENDS,
      summary: "End its schedule and what waits; what is on its way goes on",
      success: { status: 200, schema: notificationSchema },
      errors: ["record.not-found", "notification.wrong-state"],
    }),
    validated("param", recordIdParam),
    async (c) => answer(c, await notifications.cancel(c.get("scope"), c.req.valid("param").id)),
  );
  routes.get(
    "/:id/deliveries",
    operation({
      ...READS,
      summary: "List the deliveries of a notification",
      success: { status: 200, schema: pageSchema(deliverySchema) },
      errors: ["request.invalid", "record.not-found"],
    }),
    validated("param", recordIdParam),
    validated("query", deliveryQuerySchema),
    async (c) =>
      answer(
        c,
        await notifications.deliveries(c.get("scope"), c.req.valid("param").id, c.req.valid("query")),
      ),
  );
  routes.get(
    "/:id/deliveries/:delivery",
    operation({
      ...READS,
      summary: "Read a delivery, with all that happened to it",
      success: { status: 200, schema: deliveryDetailSchema },
      errors: ["record.not-found"],
    }),
    validated("param", deliveryParam),
    async (c) => {
      const { id, delivery } = c.req.valid("param");
      return answer(c, await notifications.delivery(c.get("scope"), id, delivery));
    },
  );
  return routes;
}

/** `/api/v1/receipts`, open to whoever has the token of a message. */
export function receiptRoutes(notifications: Notifications): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes.post(
    "/",
    operation({
      summary: "Tell what became of a message, with the token that came with it",
      permission: "open",
      tag: "notifications",
      success: { status: 204 },
      errors: ["request.invalid", "record.not-found"],
    }),
    validated("json", receiptReportSchema),
    async (c) => answer(c, await notifications.report(c.req.valid("json")), 204),
  );
  return routes;
}
