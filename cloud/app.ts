import type { Logger } from "@logtape/logtape";
import { type Handler, Hono, type MiddlewareHandler } from "hono";
import { every } from "hono/combine";
import { HTTPException } from "hono/http-exception";
import { generateSpecs } from "hono-openapi";
import * as v from "valibot";
import { RefusalError, refuse } from "../protocol/errors.ts";
import { makeId } from "../protocol/ids.ts";
import {
  type Accounts,
  accountRoutes,
  apiScope,
  memberRoutes,
  organizationRoutes,
  roleRoutes,
  sessionCookieName,
} from "./accounts/accounts.ts";
import { type ActivityFeed, activityRoutes } from "./activity/activity.ts";
import { type Audit, auditRoutes } from "./audit/audit.ts";
import type { ConfigLayers } from "./config-layers/config-layers.ts";
import { configLayerRoutes, deviceHistoryRoutes } from "./config-layers/routes.ts";
import { bulkRoutes } from "./devices/bulk-routes.ts";
import type { BulkChanges, Devices } from "./devices/devices.ts";
import { deviceRoutes } from "./devices/routes.ts";
import type { Firmwares } from "./firmware/firmware.ts";
import { firmwareContentRoutes, firmwareRoutes } from "./firmware/routes.ts";
import { type Gateways, gatewayRoutes } from "./gateways/gateways.ts";
import type { Health } from "./health/health.ts";
import { healthRoutes, probeRoutes } from "./health/routes.ts";
import { acceptedEncoding } from "./http/accept-encoding.ts";
import { operation } from "./http/describe.ts";
import { type ApiDocument, completeDocument } from "./http/document.ts";
import type { AppEnv } from "./http/env.ts";
import type { Limits } from "./http/limits.ts";
import { methodsOf } from "./http/methods.ts";
import type { Pages } from "./http/pages.ts";
import { CHALLENGE, problem } from "./http/problem.ts";
import { limitedBody, otherOrigins, sameSiteWrites, securityHeaders } from "./http/security.ts";
import { type Idempotency, idempotent } from "./idempotency/idempotency.ts";
import { installerRoutes } from "./installer/routes.ts";
import type { Jobs } from "./jobs/jobs.ts";
import { jobRoutes } from "./jobs/routes.ts";
import { type Live, liveRoutes } from "./live/live.ts";
import { type Marks, markRoutes } from "./marks/marks.ts";
import { notificationRoutes, receiptRoutes } from "./notifications/notification-routes.ts";
import type { Notifications, Push } from "./notifications/notifications.ts";
import { pushRoutes } from "./notifications/routes.ts";
import type { Releases } from "./releases/releases.ts";
import { releaseFileRoutes, releaseRoutes } from "./releases/routes.ts";
import { type Retentions, retentionRoutes } from "./retention/retention.ts";
import { searchRoutes } from "./search/routes.ts";
import type { Search } from "./search/search.ts";
import { type Simulations, simulationRoutes } from "./simulation/simulation.ts";
import { siteRoutes } from "./sites/routes.ts";
import type { Sites } from "./sites/sites.ts";
import { telemetryRoutes } from "./telemetry/routes.ts";
import type { Telemetry } from "./telemetry/telemetry.ts";

/** Every address of the service, in one list. Uses Web standards only, so that `app.request()` tests all of it. */
export interface AppParts {
  pages: Pages;
  accounts: Accounts;
  sites: Sites;
  devices: Devices;
  configLayers: ConfigLayers;
  bulk: BulkChanges;
  jobs: Jobs;
  firmwares: Firmwares;
  gateways: Gateways;
  telemetry: Telemetry;
  retentions: Retentions;
  releases: Releases;
  simulations: Simulations;
  live: Live;
  health: Health;
  search: Search;
  push: Push;
  notifications: Notifications;
  audit: Audit;
  activity: ActivityFeed;
  marks: Marks;
  idempotency: Idempotency;
  limits: Limits;
  /** Logs who was refused what. */
  refusals: MiddlewareHandler<AppEnv>;
  log: Logger;
  version: string;
  /** Origin at which people reach the service. */
  publicOrigin: string;
  /** Origins of other pages that may call the API with a token. */
  corsOrigins: readonly string[];
  nowMs(): number;
  randomBytes(length: number): Uint8Array;
  /** `CloudDatabase.durable` */
  durable(): Promise<void>;
}

export function createApp(parts: AppParts): Hono<AppEnv> {
  const { accounts, log, publicOrigin, corsOrigins, limits } = parts;
  const app = new Hono<AppEnv>();
  const loggedIn = every(apiScope(accounts), limits.byPerson);
  const scope = every(loggedIn, idempotent(parts.idempotency));

  app.use(async (c, next) => {
    const id = makeId(parts.nowMs(), { bytes: parts.randomBytes, next: () => 0 });
    c.set("requestId", id);
    await next();
    // Nobody is told what a loss of power a moment later would undo.
    await parts.durable();
    // A built file is kept for good: whoever takes it from a cache would have the id of another's request.
    if (!c.req.path.startsWith("/assets/") || !c.res.ok) c.res.headers.set("x-request-id", id);
    // A gateway's is one of its own, with a nonce.
    if (c.res.status === 401 && !c.res.headers.has("www-authenticate"))
      c.res.headers.set("www-authenticate", CHALLENGE);
  });
  app.use(parts.refusals);
  app.use(securityHeaders(publicOrigin));
  app.use("/api/*", otherOrigins(corsOrigins));
  app.use(limits.byAddress);
  app.use(sameSiteWrites(publicOrigin, corsOrigins));
  app.use(limitedBody());
  app.use("/api/*", async (c, next) => {
    await next();
    // Not by `c.header`, which makes another answer of this one.
    c.res.headers.set("cache-control", "no-store");
  });

  app.route("/", probeRoutes(parts.health));
  app.route("/releases", releaseFileRoutes(parts.releases));
  app.route("/", installerRoutes(publicOrigin));
  app.route("/api/v1/auth", accountRoutes(accounts, loggedIn));
  app.route("/api/v1/gateways/firmware", firmwareContentRoutes(parts.firmwares, parts.gateways));
  app.route("/api/v1/gateways", gatewayRoutes(parts.gateways, scope));
  for (const prefix of [
    "sites",
    "devices",
    "config",
    "jobs",
    "firmware",
    "health",
    "events",
    "search",
    "push",
    "notifications",
    "members",
    "invitations",
    "audit",
    "activity",
    "organization",
    "agents",
    "releases",
  ]) {
    // It stands for the address itself too; once, since a key of a request begins once.
    app.use(`/api/v1/${prefix}/*`, scope);
  }
  const { members, invitations } = memberRoutes(accounts.members);
  app.route("/api/v1/members", members);
  app.route("/api/v1/organization/roles", roleRoutes(accounts.roles));
  app.route("/api/v1/organization", organizationRoutes(accounts.names));
  app.route("/api/v1/organization", retentionRoutes(parts.retentions));
  app.route("/api/v1/audit", auditRoutes(parts.audit));
  app.route("/api/v1/activity", activityRoutes(parts.activity));
  app.route("/api/v1/invitations", invitations);
  app.route("/api/v1/sites", siteRoutes(parts));
  app.route("/api/v1/devices/bulk", bulkRoutes(parts));
  app.route("/api/v1/devices", telemetryRoutes(parts.telemetry));
  app.route("/api/v1/devices", markRoutes(parts.marks));
  app.route("/api/v1/devices", deviceRoutes(parts));
  app.route("/api/v1/devices", deviceHistoryRoutes(parts.configLayers));
  app.route("/api/v1/config", configLayerRoutes(parts.configLayers));
  app.route("/api/v1/jobs", jobRoutes(parts.jobs));
  app.route("/api/v1/firmware", firmwareRoutes(parts.firmwares));
  app.route("/api/v1/health", healthRoutes(parts.health));
  app.route("/api/v1/agents", simulationRoutes(parts));
  app.route("/api/v1/releases", releaseRoutes(parts.releases));
  app.route("/api/v1/search", searchRoutes(parts.search));
  app.route("/api/v1/push", pushRoutes(parts.push));
  app.route("/api/v1/notifications", notificationRoutes(parts.notifications));
  app.route("/api/v1/receipts", receiptRoutes(parts.notifications));
  app.route("/api/v1/events", liveRoutes(parts.live));
  app.get("/api/v1/openapi.json", DESCRIBED, openApi(app, parts));
  parts.pages.mount(app);

  const methods = methodsOf(app);
  app.notFound((c) => {
    const allowed = methods(c.req.path);
    if (allowed !== null) c.header("allow", allowed);
    const { refusal } = refuse(
      allowed === null ? "route.unknown" : "route.method",
      `${c.req.method} ${c.req.path}`,
    );
    return c.req.path.startsWith("/api/") ? problem(c, refusal) : parts.pages.error(c, refusal);
  });
  app.onError((error, c) => {
    const refusal = refusalOf(error);
    if (refusal.code === "internal.error")
      log.error("a request failed", { requestId: c.get("requestId"), error });
    return c.req.path.startsWith("/api/") ? problem(c, refusal) : parts.pages.error(c, refusal);
  });
  return app;
}

const DESCRIBED = operation({
  summary: "This document",
  tag: "service",
  permission: "open",
  success: { status: 200, schema: v.looseObject({ openapi: v.string() }) },
});

const ABOUT = [
  "Sites, their gateways and devices, and what the devices measure.",
  "Errors are problems (RFC 9457) with a stable `code` and a `hint` at what to do; `x-errors` has every code of an",
  "operation, `x-permission` what one must be allowed. Answers say in RateLimit what is left to the caller.",
].join(" ");

/** The document of the whole API, made from the routes themselves. */
export function openApi(
  app: Hono<AppEnv>,
  parts: Pick<AppParts, "version" | "publicOrigin">,
): Handler<AppEnv> {
  const options = {
    documentation: {
      openapi: "3.1.0",
      info: {
        title: "HOMEPOT",
        version: parts.version,
        description: ABOUT,
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      servers: [{ url: parts.publicOrigin }],
      components: {
        securitySchemes: {
          session: {
            type: "apiKey" as const,
            in: "cookie" as const,
            name: sessionCookieName(parts.publicOrigin),
          },
          bearer: { type: "http" as const, scheme: "bearer" },
        },
      },
      security: [{ session: [] }, { bearer: [] }],
    },
    exclude: [/^\/(?!api\/)/],
    // It takes openapi.json for a file.
    excludeStaticFile: false,
  };
  const make = async () => {
    const document = completeDocument((await generateSpecs(app, options)) as unknown as ApiDocument);
    const plain = JSON.stringify(document);
    const packing = new Blob([plain]).stream().pipeThrough(new CompressionStream("gzip"));
    return { plain, packed: await new Response(packing).bytes() };
  };
  // Routes do not change while the service runs.
  let made: ReturnType<typeof make> | null = null;
  return async (c) => {
    made ??= make();
    const { plain, packed } = await made;
    const headers = { "content-type": "application/json", vary: "accept-encoding" };
    return acceptedEncoding(c.req.header("accept-encoding"), ["gzip"]) === null
      ? c.body(plain, 200, headers)
      : c.body(packed, 200, { ...headers, "content-encoding": "gzip" });
  };
}

function refusalOf(error: Error) {
  if (error instanceof RefusalError) return error.refusal;
  if (error instanceof HTTPException && error.status === 400)
    return refuse("request.not-json", error.message).refusal;
  return refuse("internal.error", "the log has the details").refusal;
}
