import { Hono } from "hono";
import { deviceNotificationsPage } from "../../ui/ui.ts";
import type { Devices } from "../devices/devices.ts";
import type { AppEnv } from "../http/env.ts";
import { type ShowParts, show, showRefusal } from "../http/show.ts";
import type { Notifications } from "./notifications.ts";
import type { Push } from "./push.ts";

const SHOWN = 50;

/** `/devices/{id}/notifications`, behind a scope. */
export function deviceNotificationPages(
  parts: ShowParts & { notifications: Notifications; push: Push; devices: Devices },
): Hono<AppEnv> {
  const pages = new Hono<AppEnv>();
  pages.get("/:id/notifications", async (c) => {
    const scope = c.get("scope");
    const device = await parts.devices.get(scope, c.req.param("id"));
    if (!device.ok) return showRefusal(c, parts, device.refusal);
    const { id } = device.value;
    const told = await parts.notifications.list(scope, { device: id, limit: SHOWN });
    if (!told.ok) return showRefusal(c, parts, told.refusal);
    const endpoints = await parts.push.endpoints(scope, { device: id });
    if (!endpoints.ok) return showRefusal(c, parts, endpoints.refusal);
    const view = deviceNotificationsPage({
      device: device.value,
      notifications: told.value,
      endpoints: endpoints.value.items,
    });
    return show(c, parts, view);
  });
  return pages;
}
