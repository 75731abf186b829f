import type { Hono, MiddlewareHandler } from "hono";
import { every } from "hono/combine";
import { type Assets, loadAssets } from "../ui/assets.ts";
import {
  type ApiDocument,
  apiPage,
  designPage,
  errorListPage,
  fixedPage,
  type LocalView,
  offlinePage,
} from "../ui/ui.ts";
import { pageScope } from "./accounts/accounts.ts";
import { ACCOUNT_CHECKS } from "./accounts/form-checks.ts";
import { namePages } from "./accounts/name-pages.tsx";
import { accountPages } from "./accounts/pages.tsx";
import { rolePages } from "./accounts/role-pages.tsx";
import type { Scope } from "./accounts/scope.ts";
import { invitationPages, settingsPages } from "./accounts/settings-pages.tsx";
import { auditPages } from "./audit/pages.tsx";
import type { Cloud } from "./cloud.ts";
import { configDevicePages, configSettingsPages, configSitePages } from "./config-layers/pages.tsx";
import { configSchemaPages } from "./config-layers/schema-pages.tsx";
import { BULK_CHECKS, bulkPages } from "./devices/bulk-pages.tsx";
import { DEVICE_CHECKS, devicePages } from "./devices/pages.tsx";
import { firmwarePages } from "./firmware/pages.tsx";
import { GATEWAY_CHECKS, gatewayPages } from "./gateways/pages.tsx";
import { overviewPages } from "./health/pages.tsx";
import { assetRoutes, rootFileRoutes } from "./http/assets.ts";
import { checkPages } from "./http/check-pages.ts";
import type { AppEnv } from "./http/env.ts";
import type { Pages } from "./http/pages.ts";
import { problem } from "./http/problem.ts";
import { show, showRefusal } from "./http/show.ts";
import { importPages } from "./imports/pages.tsx";
import { deviceJobPages, jobPages } from "./jobs/pages.tsx";
import type { Live } from "./live/live.ts";
import { composerPages } from "./notifications/composer-pages.tsx";
import { deviceNotificationPages } from "./notifications/device-pages.tsx";
import { endpointPages, NOTIFICATION_SETTINGS_CHECKS } from "./notifications/endpoint-pages.tsx";
import type { Notifications } from "./notifications/notifications.ts";
import { notificationPages } from "./notifications/pages.tsx";
import { PLATFORM_CHECKS, platformPages } from "./notifications/platform-pages.tsx";
import { statisticsPages, templatePages } from "./notifications/template-pages.tsx";
import { RETENTION_CHECKS, retentionPages } from "./retention/pages.tsx";
import { searchPages } from "./search/pages.tsx";
import { SIMULATION_CHECKS, simulationPages } from "./simulation/pages.tsx";
import { SITE_CHECKS, sitePages } from "./sites/pages.tsx";

export interface PagesParts {
  nowMs(): number;
  /** Origin at which people and gateways reach the service. */
  publicOrigin: string;
  /** The built style sheet and scripts; by default those of the last build. */
  loadAssets?(): Promise<Assets>;
}

/** The dashboard: every page's address, in one list. */
export function createPages(cloud: Cloud, options: PagesParts): Pages {
  let loaded: Promise<Assets> | null = null;
  const assets = () => {
    loaded ??= (options.loadAssets ?? loadAssets)();
    return loaded;
  };
  const parts = { ...cloud, ...options, assets };
  const scope = every(
    pageScope(cloud.accounts),
    cloud.limits.byPerson,
    followed(cloud.live),
    told(cloud.notifications),
  );

  return {
    mount(app: Hono<AppEnv>) {
      app.route("/assets", assetRoutes(assets));
      app.route("/", rootFileRoutes(assets));
      app.get("/offline", (c) => show(c, parts, offlinePage({ cloud: new URL(options.publicOrigin).host })));
      app.route("/", accountPages(parts));
      app.route("/check", checkPages(FORM_CHECKS));
      for (const path of [
        "/",
        "/design",
        "/docs",
        "/docs/*",
        "/sites/*",
        "/devices/*",
        "/gateways/*",
        "/jobs",
        "/jobs/*",
        "/firmware",
        "/firmware/*",
        "/notifications",
        "/notifications/*",
        "/search",
        "/simulation",
        "/simulation/*",
        "/settings",
        "/settings/*",
      ])
        app.use(path, scope);
      app.route("/", overviewPages(parts));
      app.route("/sites", configSitePages(parts));
      const leftOut = async (of: Scope): Promise<number> => {
        const counts = await parts.health.deviceCounts(of, { provenance: "real" });
        return counts.ok ? counts.value.leftOut : 0;
      };
      app.route("/sites/import", importPages(parts, { what: "sites", run: parts.sites.importCsv, leftOut }));
      app.route(
        "/devices/import",
        importPages(parts, { what: "devices", run: parts.devices.importCsv, leftOut }),
      );
      app.route("/sites", sitePages(parts));
      app.route("/devices/bulk", bulkPages(parts));
      app.route("/devices", configDevicePages(parts));
      app.route("/devices", devicePages(parts));
      app.route("/gateways", gatewayPages(parts));
      app.route("/jobs", jobPages(parts));
      app.route("/firmware", firmwarePages(parts));
      app.route("/devices", deviceJobPages(parts));
      app.route("/devices", deviceNotificationPages(parts));
      app.route("/notifications/new", composerPages(parts));
      app.route("/notifications/statistics", statisticsPages(parts));
      app.route("/notifications/templates", templatePages(parts));
      app.route("/notifications", notificationPages(parts));
      app.route("/simulation", simulationPages(parts));
      app.route("/search", searchPages(parts));
      app.route("/settings/configuration/schema", configSchemaPages(parts));
      app.route("/settings/configuration", configSettingsPages(parts));
      app.route("/settings/audit", auditPages(parts));
      app.route("/settings/telemetry", retentionPages(parts));
      app.route("/settings/notifications", endpointPages(parts));
      app.route("/settings/push", platformPages(parts));
      app.route("/settings/roles", rolePages(parts));
      app.route("/settings", namePages(parts));
      app.route("/settings", settingsPages(parts));
      app.route("/invitation", invitationPages(parts));
      app.get("/design", (c) => show(c, parts, designPage()));
      const errors = fixedPage(errorListPage());
      app.get("/docs/errors", (c) => show(c, parts, errors));
      let reference: LocalView | null = null;
      app.get("/docs", async (c) => {
        reference ??= fixedPage(apiPage({ document: await documentOf(app) }));
        return show(c, parts, reference);
      });
    },
    async error(c, refusal) {
      // An address that is no page has nobody's scope yet; who is logged in still gets the navigation.
      const identity = c.get("me") === undefined ? await cloud.accounts.whoIs(c.req.raw.headers) : null;
      if (identity !== null) c.set("me", identity.me);
      // Without its style sheet no page can be shown; the words still can.
      return showRefusal(c, parts, refusal).catch(() => problem(c, refusal));
    },
  };
}

const FORM_CHECKS = {
  ...ACCOUNT_CHECKS,
  ...SITE_CHECKS,
  ...DEVICE_CHECKS,
  ...BULK_CHECKS,
  ...GATEWAY_CHECKS,
  ...RETENTION_CHECKS,
  ...SIMULATION_CHECKS,
  ...NOTIFICATION_SETTINGS_CHECKS,
  ...PLATFORM_CHECKS,
};

async function documentOf(app: Hono<AppEnv>): Promise<ApiDocument> {
  const answer = await app.request("/api/v1/openapi.json");
  return (await answer.json()) as ApiDocument;
}

/**
 * How many messages wait for the reader: every page says it, one that answers a form as well. A part of a page that renews
 * itself has no use for it.
 */
function told(notifications: Pick<Notifications, "unread">): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const isPart = c.req.header("hx-request") !== undefined && c.req.header("hx-boosted") === undefined;
    const found = isPart ? null : await notifications.unread(c.get("scope"));
    if (found?.ok === true) c.set("unread", found.value.unread);
    return next();
  };
}

/** What happens while a page is made and until its line is open reaches it by its line. */
function followed(live: Pick<Live, "position">): MiddlewareHandler<AppEnv> {
  return (c, next) => {
    c.set("after", live.position(c.get("scope")));
    return next();
  };
}
