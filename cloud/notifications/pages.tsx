import { type Context, Hono } from "hono";
import {
  deadLetterQuerySchema,
  deliveryQuerySchema,
  replaySchema,
} from "../../protocol/notifications/delivery-view.ts";
import { inboxQuerySchema, markReadSchema } from "../../protocol/notifications/inbox.ts";
import { check } from "../../protocol/validate.ts";
import {
  deadLettersPage,
  deliveryPage,
  inboxPage,
  markedName,
  notificationListPage,
  notificationPage,
  safeNext,
  zoneOf,
} from "../../ui/ui.ts";
import type { Devices } from "../devices/devices.ts";
import type { AppEnv } from "../http/env.ts";
import { redirectTelling } from "../http/notice-pages.ts";
import { pageWords, readForm, readListQuery, type ShowParts, show, showRefusal } from "../http/show.ts";
import { readHistoryQuery } from "./history-query.ts";
import type { Notifications } from "./notifications.ts";

type Parts = ShowParts & { notifications: Notifications; devices: Devices };
const HOME = "/notifications";

/** `/notifications`, behind a scope: one's inbox, what was sent, and what became of it. */
export function notificationPages(parts: Parts): Hono<AppEnv> {
  const { notifications } = parts;
  const pages = new Hono<AppEnv>();

  pages.get("/", (c) => showInbox(c, parts));
  pages.post("/open", async (c) => {
    const { id = "", link } = await readForm(c);
    const mark = check(markReadSchema, { ids: [id] });
    const marked = mark.ok ? await notifications.markRead(c.get("scope"), mark.value) : mark;
    if (!marked.ok) return showRefusal(c, parts, marked.refusal);
    return c.redirect(safeNext(link), 303);
  });
  pages.post("/read", async (c) => {
    const { id = "", all, read = "true", next } = await readForm(c);
    const input = all === "true" ? { all: true } : { ids: [id], read: read === "true" };
    const mark = check(markReadSchema, input);
    const marked = mark.ok ? await notifications.markRead(c.get("scope"), mark.value) : mark;
    if (!marked.ok) return showRefusal(c, parts, marked.refusal);
    return c.redirect(next === undefined ? HOME : safeNext(next), 303);
  });

  pages.get("/history", (c) => showHistory(c, parts));

  pages.get("/dead-letters", async (c) => {
    const { query: given, after } = readListQuery(c);
    const query = check(deadLetterQuerySchema, given);
    if (!query.ok) return showRefusal(c, parts, query.refusal);
    const found = await notifications.deadLetters(c.get("scope"), query.value);
    if (!found.ok) return showRefusal(c, parts, found.refusal);
    return show(c, parts, deadLettersPage({ deliveries: found.value, query: query.value, after }));
  });
  pages.post("/dead-letters/replay", async (c) => {
    const { ids = "" } = await readForm(c);
    const input = check(replaySchema, { ids: ids.split(",") });
    const done = input.ok ? await notifications.replay(c.get("scope"), input.value) : input;
    if (!done.ok) return showRefusal(c, parts, done.refusal);
    const name = String(done.value.replayed);
    return redirectTelling(c, parts, `${HOME}/dead-letters`, { kind: "notification.replayed", name });
  });

  pages.get("/:id", (c) => showNotification(c, parts));
  pages.post("/:id/cancel", async (c) => {
    const done = await notifications.cancel(c.get("scope"), c.req.param("id"));
    if (!done.ok) return showRefusal(c, parts, done.refusal);
    const { id, name } = done.value;
    return redirectTelling(c, parts, `${HOME}/${id}`, { kind: "notification.cancelled", name });
  });
  pages.post("/:id/replay", async (c) => {
    const id = c.req.param("id");
    const input = check(replaySchema, { notification: id });
    const done = input.ok ? await notifications.replay(c.get("scope"), input.value) : input;
    if (!done.ok) return showRefusal(c, parts, done.refusal);
    const name = String(done.value.replayed);
    return redirectTelling(c, parts, `${HOME}/${id}`, { kind: "notification.replayed", name });
  });
  pages.get("/:id/deliveries/:delivery", async (c) => {
    const { id, delivery } = c.req.param();
    const found = await notifications.delivery(c.get("scope"), id, delivery);
    if (!found.ok) return showRefusal(c, parts, found.refusal);
    return show(c, parts, deliveryPage({ delivery: found.value }));
  });
  return pages;
}

async function showInbox(c: Context<AppEnv>, parts: Parts): Promise<Response> {
  const scope = c.get("scope");
  const { query: given, after } = readListQuery(c);
  const query = check(inboxQuerySchema, given);
  if (!query.ok) return showRefusal(c, parts, query.refusal);
  const items = await parts.notifications.inbox(scope, query.value);
  if (!items.ok) return showRefusal(c, parts, items.refusal);
  const unread = await parts.notifications.unread(scope);
  if (!unread.ok) return showRefusal(c, parts, unread.refusal);
  const view = inboxPage({ items: items.value, unread: unread.value.unread, query: query.value, after });
  return show(c, parts, view);
}

async function showHistory(c: Context<AppEnv>, parts: Parts): Promise<Response> {
  const scope = c.get("scope");
  const { query: given, after } = readListQuery(c);
  const zone = zoneOf(c.req.header("cookie")) ?? "UTC";
  const query = readHistoryQuery(given, zone, parts.nowMs());
  if (!query.ok) return showRefusal(c, parts, query.refusal);
  const { shown, asked } = query.value;
  const found = await parts.notifications.list(scope, asked);
  if (!found.ok) return showRefusal(c, parts, found.refusal);
  const { device: id } = asked;
  const device = id === undefined ? null : await parts.devices.get(scope, id);
  const deviceName = device?.ok === true ? markedName(pageWords(c), device.value) : null;
  const view = notificationListPage({ notifications: found.value, query: shown, after, deviceName });
  return show(c, parts, view);
}

async function showNotification(c: Context<AppEnv>, parts: Parts): Promise<Response> {
  const scope = c.get("scope");
  const id = c.req.param("id") ?? "";
  const { query: given, after } = readListQuery(c);
  const query = check(deliveryQuerySchema, given);
  if (!query.ok) return showRefusal(c, parts, query.refusal);
  const found = await parts.notifications.get(scope, id);
  if (!found.ok) return showRefusal(c, parts, found.refusal);
  const deliveries = await parts.notifications.deliveries(scope, id, query.value);
  if (!deliveries.ok) return showRefusal(c, parts, deliveries.refusal);
  const view = notificationPage({
    ...{ notification: found.value, deliveries: deliveries.value, query: query.value, after },
  });
  return show(c, parts, view);
}
