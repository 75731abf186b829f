import { sql } from "kysely";
import type { Device } from "../../protocol/devices/device.ts";
import type { WallSite } from "../../protocol/health/health.ts";
import type { DeviceCounts } from "../../protocol/sites/site.ts";
import type { Scope } from "../accounts/scope.ts";
import type { CloudDatabase } from "../database/database.ts";
import { prepared } from "../database/prepared.ts";
import { countBySite, findNeedy, noDevices } from "../devices/devices.ts";
import { toSiteGateway } from "../sites/sites.ts";
import { type GatewayBehind, gatewaysBehind } from "./gateways-behind.ts";

/** Sites on the wall; beyond it nobody sees a tile. */
const SITES_MAX = 2_000;
/** Devices under "needs attention"; the lists have the rest. */
const ATTENTION_MAX = 8;

export interface WallParts {
  db: CloudDatabase;
  isConnected(gatewayId: string): boolean;
  /** These devices as the API shows them, in this order. */
  devices(scope: Scope, ids: readonly string[]): Promise<Device[]>;
}

/** What is seen of an estate in one look, each table looked into once. */
export interface Seen {
  counts: Map<string, DeviceCounts>;
  gateways: GatewayBehind[];
  sites: WallSite[];
  attention: Device[];
  attentionTotal: number;
}

export async function lookAtAll(parts: WallParts, scope: Scope): Promise<Seen> {
  const { db, isConnected } = parts;
  const { organizationId } = scope;
  const [counts, sites, gateways] = await Promise.all([
    countBySite(db.read, organizationId),
    selectSites(db.read, organizationId),
    gatewaysBehind(db.read, organizationId),
  ]);
  // Of several the newest counts: the map keeps the last.
  const gatewayOf = new Map(gateways.map((gateway) => [gateway.site_id, gateway]));
  const wall = sites.map(({ id, name }) => ({
    ...{ id, name, devices: counts.get(id) ?? noDevices() },
    gateway: toSiteGateway(gatewayOf.get(id), isConnected),
  }));
  // One line says that a gateway is away; its devices would only say so again.
  const away = new Set(wall.filter(({ gateway }) => gateway?.connected === false).map(({ id }) => id));
  const needy = await findNeedy(db.read, organizationId, counts, away, ATTENTION_MAX);
  return {
    counts,
    gateways,
    sites: wall,
    attention: await parts.devices(scope, needy.ids),
    attentionTotal: needy.total,
  };
}

const selectSites = prepared((db, organizationId: string) =>
  db
    .selectFrom("site")
    .select(["id", "name"])
    .where("organization_id", "=", organizationId)
    .where("deleted_ms", "is", null)
    .orderBy("name")
    .limit(sql.lit(SITES_MAX)),
);
