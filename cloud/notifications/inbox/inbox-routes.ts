import { Hono } from "hono";
import { pageSchema } from "../../../protocol/api/list.ts";
import {
  inboxItemSchema,
  inboxQuerySchema,
  markReadSchema,
  notificationSettingsSchema,
  topicsSchema,
  unreadSchema,
} from "../../../protocol/notifications/inbox.ts";
import { topicParam } from "../../../protocol/notifications/targets.ts";
import { operation, validated } from "../../http/describe.ts";
import type { AppEnv } from "../../http/env.ts";
import { answer } from "../../http/problem.ts";
import type { Notifications } from "../notifying.ts";
import { READS } from "../route-heads.ts";

/** Of `/api/v1/notifications` what is of the person who asks: inbox, settings, topics. */
export function inboxRoutes(notifications: Notifications): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();

  routes.get(
    "/inbox",
    operation({
      ...READS,
      summary: "List what one was told, newest first",
      success: { status: 200, schema: pageSchema(inboxItemSchema) },
      errors: ["request.invalid"],
    }),
    validated("query", inboxQuerySchema),
    async (c) => answer(c, await notifications.inbox(c.get("scope"), c.req.valid("query"))),
  );
  routes.get(
    "/inbox/unread",
    operation({
      ...READS,
      summary: "How many one has not read",
      success: { status: 200, schema: unreadSchema },
    }),
    async (c) => answer(c, await notifications.unread(c.get("scope"))),
  );
  routes.post(
    "/inbox/read",
    operation({
      ...READS,
      summary: "Mark some or all as read, or as unread again",
      success: { status: 200, schema: unreadSchema },
      errors: ["request.invalid"],
    }),
    validated("json", markReadSchema),
    async (c) => answer(c, await notifications.markRead(c.get("scope"), c.req.valid("json"))),
  );
  routes.get(
    "/settings",
    operation({
      ...READS,
      summary: "How one wants to be told",
      success: { status: 200, schema: notificationSettingsSchema },
    }),
    async (c) => answer(c, await notifications.settings(c.get("scope"))),
  );
  routes.put(
    "/settings",
    operation({
      ...READS,
      summary: "Set one's language, quiet hours, and whether letters may be sent",
      success: { status: 200, schema: notificationSettingsSchema },
      errors: ["request.invalid"],
    }),
    validated("json", notificationSettingsSchema),
    async (c) => answer(c, await notifications.changeSettings(c.get("scope"), c.req.valid("json"))),
  );
  routes.get(
    "/topics",
    operation({
      ...READS,
      summary: "List topics somebody subscribed to, and whether one did oneself",
      success: { status: 200, schema: topicsSchema },
    }),
    async (c) => answer(c, await notifications.topics(c.get("scope"))),
  );
  routes.put(
    "/topics/:topic",
    operation({
      ...READS,
      summary: "Subscribe to a topic",
      success: { status: 204 },
      errors: ["request.invalid"],
    }),
    validated("param", topicParam),
    async (c) =>
      answer(c, await notifications.subscribeTopic(c.get("scope"), c.req.valid("param").topic), 204),
  );
  routes.delete(
    "/topics/:topic",
    operation({ ...READS, summary: "Leave a topic", success: { status: 204 }, errors: ["request.invalid"] }),
    validated("param", topicParam),
    async (c) =>
      answer(c, await notifications.unsubscribeTopic(c.get("scope"), c.req.valid("param").topic), 204),
  );
  return routes;
}
