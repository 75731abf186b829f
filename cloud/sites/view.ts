import { toTimestamp } from "../../protocol/api/list.ts";
import { type DeviceCounts, SITE_FIELDS, type Site, type SiteInput } from "../../protocol/sites/site.ts";
import { noDevices } from "../devices/devices.ts";
import { type Fields, pick } from "../http/versions.ts";
import type { SiteGatewayRow, SiteRow } from "./store.ts";

/** What a site's version is made of. */
export const siteFields = (site: Site | SiteInput): Fields => pick(site, SITE_FIELDS);

/** The columns of what a person says about a site; its tags are in their own table. */
export function toColumns(input: SiteInput) {
  return {
    name: input.name,
    description: input.description,
    address: input.address,
    time_zone: input.timeZone,
    latitude: input.latitude ?? null,
    longitude: input.longitude ?? null,
    custom_attributes: JSON.stringify(input.customAttributes),
  };
}

export function toInput(row: SiteRow, tags: string[] = []): SiteInput {
  const { description, address, time_zone: timeZone, latitude, longitude } = row;
  return {
    name: row.deleted_name ?? row.name,
    description,
    address,
    timeZone,
    ...(latitude === null ? {} : { latitude }),
    ...(longitude === null ? {} : { longitude }),
    tags,
    customAttributes: JSON.parse(row.custom_attributes) as Record<string, string>,
  };
}

export function toSite(
  row: SiteRow,
  tags: string[] | undefined,
  counts: DeviceCounts | undefined,
  gateway: SiteGatewayRow | undefined,
  isConnected: (gatewayId: string) => boolean,
): Site {
  return {
    ...toInput(row, tags),
    id: row.id,
    latitude: row.latitude,
    longitude: row.longitude,
    deletedAt: row.deleted_ms === null ? null : toTimestamp(row.deleted_ms),
    createdAt: toTimestamp(row.created_ms),
    updatedAt: toTimestamp(row.updated_ms),
    gateway: toSiteGateway(gateway, isConnected),
    devices: counts ?? noDevices(),
  };
}

/** Null where there is none. */
export function toSiteGateway(
  row: Pick<SiteGatewayRow, "id" | "last_seen_ms"> | undefined,
  isConnected: (gatewayId: string) => boolean,
): Site["gateway"] {
  if (row === undefined) return null;
  return {
    id: row.id,
    connected: isConnected(row.id),
    lastSeenAt: row.last_seen_ms === null ? null : toTimestamp(row.last_seen_ms),
  };
}
