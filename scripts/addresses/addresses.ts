/**
 * Every address that answers GET, as the router has it, with the ways in which a tool or test asks for it: `:site`,
 * `:device` … stand for ids of records. `addresses.test.ts` compares the lists with the router's, so that a new page
 * or list is looked at, measured and read aloud from its first day, or says here why it is not.
 */
export interface Records {
  site: string;
  device: string;
  gateway: string;
  /** A role that the organisation made. */
  role: string;
  /** A bulk change that was made. */
  bulk: string;
  /** A job that has been run, and one of its executions. */
  job: string;
  execution: string;
  /** A notification that was sent, and one of its deliveries. */
  notification: string;
  delivery: string;
  template: string;
  /** The token of an open invitation. */
  invitation: string;
}

type Addresses = Record<string, readonly string[]>;

/** Pages for everybody, which who is logged in does not need. */
export const ENTRANCE_PAGES: Addresses = {
  "/login": ["/login"],
  "/signup": ["/signup"],
  "/forgot-password": ["/forgot-password"],
  "/reset-password": ["/reset-password?token=x"],
  "/setup": ["/setup?token=x"],
  "/invitation": ["/invitation?token=:invitation"],
};

/** Pages behind the log-in. */
export const PAGES: Addresses = {
  "/": ["/", "/?wall"],
  "/sites": ["/sites", "/sites?q=york&sort=-name", "/sites?tag=north", "/sites?deleted=true"],
  "/sites/new": ["/sites/new"],
  "/sites/import": ["/sites/import"],
  "/devices/import": ["/devices/import"],
  "/sites/:id": ["/sites/:site"],
  "/sites/:id/configuration": ["/sites/:site/configuration"],
  "/sites/:id/edit": ["/sites/:site/edit"],
  "/devices": [
    "/devices",
    "/devices?q=kiosk&sort=-lastSeenAt",
    "/devices?health=error",
    "/devices?connectivity=offline&type=thermostat",
    "/devices?tag=north&firmware=2.4.1",
    "/devices?lifecycle=retired",
    "/devices?config=drifted",
    "/devices?deleted=true",
  ],
  "/devices/new": ["/devices/new"],
  "/devices/:id/notifications": ["/devices/:device/notifications"],
  "/devices/:id/jobs": ["/devices/:device/jobs"],
  "/devices/:id": ["/devices/:device"],
  "/devices/:id/configuration": ["/devices/:device/configuration"],
  "/gateways": ["/gateways", "/gateways?site=:site"],
  "/gateways/:id": ["/gateways/:gateway"],
  "/gateways/add": ["/gateways/add", "/gateways/add?site=:site"],
  "/jobs": ["/jobs", "/jobs?q=looked&status=running&kind=ping", "/jobs?failed=true", "/jobs?site=:site"],
  "/jobs/queue": ["/jobs/queue"],
  "/firmware": ["/firmware", "/firmware?q=looked&deviceType=thermostat&sort=-sizeBytes"],
  "/firmware/new": ["/firmware/new"],
  "/jobs/new": ["/jobs/new", "/jobs/new?kind=device.command&site=:site"],
  "/jobs/:id": ["/jobs/:job", "/jobs/:job?state=queued&line=error"],
  "/jobs/:id/executions/:execution": ["/jobs/:job/executions/:execution"],
  "/notifications": ["/notifications", "/notifications?read=false&priority=high&q=door"],
  "/notifications/history": [
    "/notifications/history",
    "/notifications/history?q=looked&status=done&channel=mqtt&sort=name",
    "/notifications/history?device=:device",
    "/notifications/history?range=days&from=2026-01-01&to=2026-12-31",
  ],
  "/notifications/dead-letters": ["/notifications/dead-letters", "/notifications/dead-letters?channel=apns"],
  "/notifications/statistics": ["/notifications/statistics", "/notifications/statistics?range=30"],
  "/notifications/templates": [
    "/notifications/templates",
    "/notifications/templates?q=looked&sort=-updatedAt",
  ],
  "/notifications/templates/new": ["/notifications/templates/new"],
  "/notifications/templates/:id": ["/notifications/templates/:template?language=en"],
  "/notifications/new": ["/notifications/new", "/notifications/new?site=:site"],
  "/notifications/:id": [
    "/notifications/:notification",
    "/notifications/:notification?state=failed&channel=mqtt",
  ],
  "/notifications/:id/deliveries/:delivery": ["/notifications/:notification/deliveries/:delivery"],
  "/simulation": ["/simulation"],
  "/simulation/start": ["/simulation/start", "/simulation/start?site=:site"],
  "/simulation/:site": ["/simulation/:site"],
  "/search": ["/search", "/search?q=york"],
  "/settings": ["/settings"],
  "/settings/configuration/schema": ["/settings/configuration/schema?type=thermostat"],
  "/settings/configuration": ["/settings/configuration", "/settings/configuration?type=thermostat"],
  "/settings/shortcuts": ["/settings/shortcuts"],
  "/settings/name": ["/settings/name"],
  "/settings/organization/name": ["/settings/organization/name"],
  "/settings/password": ["/settings/password"],
  "/settings/notifications": ["/settings/notifications"],
  "/settings/push": ["/settings/push"],
  "/settings/push/:platform": [
    "/settings/push/apns",
    "/settings/push/fcm",
    "/settings/push/wns",
    "/settings/push/mqtt",
  ],
  "/settings/members": ["/settings/members", "/settings/members?q=operator&role=owner"],
  "/settings/roles": ["/settings/roles"],
  "/settings/roles/new": ["/settings/roles/new", "/settings/roles/new?from=viewer"],
  "/settings/roles/:id/edit": ["/settings/roles/:role/edit"],
  "/settings/audit": ["/settings/audit", "/settings/audit?q=device"],
  "/settings/telemetry": ["/settings/telemetry"],
  "/design": ["/design"],
  "/docs": ["/docs"],
  "/docs/errors": ["/docs/errors"],
};

/** What the API answers at once: records, and lists of them. */
export const READS: Addresses = {
  "/api/v1/auth/me": ["/api/v1/auth/me"],
  "/api/v1/auth/sessions": ["/api/v1/auth/sessions"],
  "/api/v1/auth/tour": ["/api/v1/auth/tour"],
  "/api/v1/auth/organizations": ["/api/v1/auth/organizations"],
  "/api/v1/gateways": ["/api/v1/gateways", "/api/v1/gateways?limit=500"],
  "/api/v1/gateways/:id": ["/api/v1/gateways/:gateway"],
  "/api/v1/releases": ["/api/v1/releases"],
  "/api/v1/members": ["/api/v1/members"],
  "/api/v1/organization": ["/api/v1/organization"],
  "/api/v1/organization/roles": ["/api/v1/organization/roles"],
  "/api/v1/organization/roles/:id": ["/api/v1/organization/roles/:role"],
  "/api/v1/organization/retention": ["/api/v1/organization/retention"],
  "/api/v1/audit": ["/api/v1/audit"],
  "/api/v1/devices/:id/marks": ["/api/v1/devices/:device/marks"],
  "/api/v1/activity": ["/api/v1/activity", "/api/v1/activity?limit=100"],
  "/api/v1/invitations": ["/api/v1/invitations"],
  "/api/v1/sites": ["/api/v1/sites", "/api/v1/sites?q=leeds&sort=-name&limit=500"],
  "/api/v1/sites/choices": ["/api/v1/sites/choices"],
  "/api/v1/sites/brief": ["/api/v1/sites/brief"],
  "/api/v1/sites/:id": ["/api/v1/sites/:site"],
  "/api/v1/sites/:id/devices": ["/api/v1/sites/:site/devices"],
  "/api/v1/devices": [
    "/api/v1/devices",
    "/api/v1/devices?q=meter&sort=-lastSeenAt",
    "/api/v1/devices?health=warning&limit=500",
    "/api/v1/devices?site=:site&connectivity=online",
  ],
  "/api/v1/devices/health": ["/api/v1/devices/health"],
  "/api/v1/devices/choices": ["/api/v1/devices/choices"],
  "/api/v1/devices/bulk/:id": ["/api/v1/devices/bulk/:bulk"],
  "/api/v1/devices/:id": ["/api/v1/devices/:device"],
  "/api/v1/devices/:id/telemetry": ["/api/v1/devices/:device/telemetry?metric=temperature"],
  "/api/v1/devices/:id/metrics": ["/api/v1/devices/:device/metrics"],
  "/api/v1/devices/:id/config": ["/api/v1/devices/:device/config"],
  "/api/v1/devices/:id/config/history": ["/api/v1/devices/:device/config/history"],
  "/api/v1/config/organization": ["/api/v1/config/organization"],
  "/api/v1/config/organization/history": ["/api/v1/config/organization/history"],
  "/api/v1/config/sites/:id": ["/api/v1/config/sites/:site"],
  "/api/v1/config/sites/:id/history": ["/api/v1/config/sites/:site/history"],
  "/api/v1/config/types/:type": ["/api/v1/config/types/thermostat"],
  "/api/v1/config/types/:type/schema": ["/api/v1/config/types/thermostat/schema"],
  "/api/v1/config/types/:type/history": ["/api/v1/config/types/thermostat/history"],
  "/api/v1/health": ["/api/v1/health"],
  "/api/v1/health/wall": ["/api/v1/health/wall"],
  "/api/v1/agents": ["/api/v1/agents", "/api/v1/agents?q=kiosk&limit=500"],
  "/api/v1/agents/simulation/status": [
    "/api/v1/agents/simulation/status",
    "/api/v1/agents/simulation/status?siteId=:site",
  ],
  "/api/v1/firmware": ["/api/v1/firmware", "/api/v1/firmware?q=till&sort=-sizeBytes&limit=500"],
  "/api/v1/jobs": ["/api/v1/jobs", "/api/v1/jobs?open=true&sort=position&limit=500"],
  "/api/v1/jobs/:id": ["/api/v1/jobs/:job"],
  "/api/v1/jobs/:id/runs": ["/api/v1/jobs/:job/runs"],
  "/api/v1/jobs/:id/executions": [
    "/api/v1/jobs/:job/executions",
    "/api/v1/jobs/:job/executions?state=queued&q=kiosk&limit=500",
  ],
  "/api/v1/jobs/:id/executions/:execution": ["/api/v1/jobs/:job/executions/:execution"],
  "/api/v1/jobs/:id/logs": ["/api/v1/jobs/:job/logs", "/api/v1/jobs/:job/logs?q=error&limit=500"],
  "/api/v1/search": ["/api/v1/search?q=york", "/api/v1/search?q=thermostat 4711"],
  "/api/v1/notifications": ["/api/v1/notifications", "/api/v1/notifications?q=looked&failed=true&limit=500"],
  "/api/v1/notifications/stats": ["/api/v1/notifications/stats"],
  "/api/v1/notifications/dead-letters": ["/api/v1/notifications/dead-letters"],
  "/api/v1/notifications/templates": ["/api/v1/notifications/templates"],
  "/api/v1/notifications/templates/:id": ["/api/v1/notifications/templates/:template"],
  "/api/v1/notifications/inbox": [
    "/api/v1/notifications/inbox",
    "/api/v1/notifications/inbox?read=false&limit=500",
  ],
  "/api/v1/notifications/inbox/unread": ["/api/v1/notifications/inbox/unread"],
  "/api/v1/notifications/settings": ["/api/v1/notifications/settings"],
  "/api/v1/notifications/topics": ["/api/v1/notifications/topics"],
  "/api/v1/notifications/:id": ["/api/v1/notifications/:notification"],
  "/api/v1/notifications/:id/deliveries": [
    "/api/v1/notifications/:notification/deliveries",
    "/api/v1/notifications/:notification/deliveries?state=sent&q=kiosk&limit=500",
  ],
  "/api/v1/notifications/:id/deliveries/:delivery": [
    "/api/v1/notifications/:notification/deliveries/:delivery",
  ],
  "/api/v1/push/vapid-public-key": ["/api/v1/push/vapid-public-key"],
  "/api/v1/push/vapid": ["/api/v1/push/vapid"],
  "/api/v1/push/endpoints": ["/api/v1/push/endpoints", "/api/v1/push/endpoints?device=:device"],
  "/api/v1/push/platforms": ["/api/v1/push/platforms"],
  "/api/v1/openapi.json": ["/api/v1/openapi.json"],
};

/** Files of the whole estate, sent as they are read. */
export const FILES: Addresses = {
  "/api/v1/sites/export": ["/api/v1/sites/export"],
  "/api/v1/devices/export": ["/api/v1/devices/export"],
};

/** Neither page nor list, each with why. */
export const OTHERS: Record<string, string> = {
  "/offline": "shown while the cloud is away, and left when it is back: offline.test.ts looks at it",
  "/healthz": "for machines: whether the process is up",
  "/readyz": "for machines: whether the stores are there",
  "/assets/:name": "built files, the same for everybody",
  "/install.sh": "the script of who installs a gateway, the same for everybody",
  "/releases/index.json": "what there is of the files below",
  "/releases/:release/:file": "programs for gateways, the same for everybody",
  "/releases/:release/:file/from/:base": "what differs between two of them",
  "/service-worker.js": "a built file",
  "/manifest.webmanifest": "a built file",
  "/simulation/:site/faults": "leads to the simulation: its form is sent there",
  "/settings/configuration/check": "leads to the form: it is sent there to be looked at",
  "/settings/configuration/schema/check":
    "leads to the configuration: its form is sent there to be looked at",
  "/settings/configuration/schema/more": "leads to the configuration: its form is sent there for another row",
  "/sites/:id/configuration/check": "leads to the form: it is sent there to be looked at",
  "/devices/:id/configuration/check": "leads to the form: it is sent there to be looked at",
  "/jobs/new/targets": "leads to the form: what it is to be run on is sent there",
  "/notifications/templates/:id/remove": "leads to the templates: its form is sent there",
  "/notifications/new/preview": "leads to the form: it is sent there to be looked at",
  "/notifications/templates/:id/preview": "leads to the form: it is sent there to be looked at",
  "/firmware/new/check": "leads to the form: it is sent there to be looked at",
  "/notifications/new/targets": "leads to the form: whom it is for is sent there",
  "/jobs/new/preview": "leads to the form: it is sent there to be looked at",
  "/settings/notifications/topics": "leads to one's own settings: its form is sent there",
  "/settings/notifications/:id/test": "leads to one's own browsers: its form is sent there",
  "/settings/push/:platform/forget": "leads to the platforms: its form is sent there",
  "/devices/bulk": "leads to the list of devices: its form is sent there",
  "/devices/bulk/run": "leads to the list of devices",
  "/sites/import/run": "leads to the form of an import",
  "/devices/import/run": "leads to the form of an import",
  "/api/v1/auth/setup": "about a link that works once",
  "/api/v1/auth/invitation": "about a link that works once",
  "/api/v1/gateways/connect": "a WebSocket",
  "/api/v1/gateways/firmware/:sha256": "files for gateways that prove who they are",
  "/api/v1/firmware/:id": "one row of the list, by its key; nothing has been uploaded there",
  "/api/v1/events": "a WebSocket",
  "/api/v1/events/poll": "waits for the next event",
  "/api/v1/push/receipts/:id": "about a message that was sent and answered",
};

/** An address of the lists with its records' ids in place. */
export function filledIn(address: string, records: Partial<Records>): string {
  return address.replaceAll(
    /:(site|device|gateway|role|bulk|job|execution|notification|delivery|template|invitation)\b/g,
    (_, name: keyof Records) => {
      const id = records[name];
      if (id === undefined) throw new Error(`${address} wants a ${name}`);
      return id;
    },
  );
}

/** All ways of asking for what these lists have, in order. */
export function addressesOf(records: Partial<Records>, ...lists: readonly Addresses[]): string[] {
  return lists.flatMap((list) => Object.values(list).flat()).map((address) => filledIn(address, records));
}
