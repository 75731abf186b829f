import { Hono } from "hono";
import { LIST_LIMIT_MAX } from "../../protocol/api/list.ts";
import type { Device, DeviceQuery } from "../../protocol/devices/device.ts";
import type { Overview } from "../../protocol/health/health.ts";
import { overviewPage } from "../../ui/ui.ts";
import { mayDo, type Scope } from "../accounts/scope.ts";
import type { Devices } from "../devices/devices.ts";
import type { AppEnv } from "../http/env.ts";
import { type ShowParts, show, showRefusal } from "../http/show.ts";
import type { Sites } from "../sites/sites.ts";
import type { Health } from "./health.ts";

type Parts = ShowParts & { health: Health; sites: Sites; devices: Devices };

/** `/`, behind a scope: the whole estate. */
export function overviewPages(parts: Parts): Hono<AppEnv> {
  return new Hono<AppEnv>().get("/", async (c) => {
    const scope = c.get("scope");
    // Who may not see it begins with what they may see.
    if (!mayDo(scope, "site:read")) return c.redirect(firstPage(scope), 303);
    const overview = await parts.health.overview(scope);
    if (!overview.ok) return showRefusal(c, parts, overview.refusal);
    const sites = await parts.sites.list(scope, { limit: LIST_LIMIT_MAX });
    if (!sites.ok) return showRefusal(c, parts, sites.refusal);
    // One line says that a gateway is away; its devices would only say so again.
    const away = new Set(
      sites.value.items.filter(({ gateway }) => gateway?.connected === false).map(({ id }) => id),
    );
    const troubled = await findTroubled(parts.devices, scope, overview.value);
    const attention = troubled.filter((device) => !away.has(device.siteId));
    const view = overviewPage({
      overview: overview.value,
      sites: sites.value.items,
      attention,
      attentionTotal: attention.length,
    });
    return show(c, parts, view);
  });
}

function firstPage(scope: Scope): string {
  if (mayDo(scope, "device:read")) return "/devices";
  return mayDo(scope, "gateway:read") ? "/gateways" : "/settings";
}

/** Devices in error, offline, with a warning, late: in this order, each once. Asks only for what is known to exist. */
async function findTroubled(
  devices: Devices,
  scope: Scope,
  { devices: counts }: Overview,
): Promise<Device[]> {
  const wishes: (Partial<DeviceQuery> | null)[] = [
    counts.health.error > 0 ? { health: "error" } : null,
    counts.connectivity.offline > 0 ? { connectivity: "offline" } : null,
    counts.health.warning > 0 ? { health: "warning" } : null,
    counts.connectivity.late > 0 ? { connectivity: "late" } : null,
  ];
  const found = new Map<string, Device>();
  for (const wish of wishes) {
    if (wish === null) continue;
    const page = await devices.list(scope, { ...wish, limit: LIST_LIMIT_MAX });
    if (!page.ok) continue;
    for (const device of page.value.items) if (!found.has(device.id)) found.set(device.id, device);
  }
  return [...found.values()];
}
