import type { Selectable } from "kysely";
import { toTimestamp } from "../../protocol/api/list.ts";
import type { ConfigValues } from "../../protocol/config/device-config.ts";
import { type ConfigLevel, changedKeys, effectiveConfig } from "../../protocol/config/layers.ts";
import type { Attributes } from "../../protocol/devices/attributes.ts";
import type { Conduct } from "../../protocol/devices/conduct.ts";
import type {
  Connectivity,
  Device,
  DeviceDetail,
  Lifecycle,
  Provenance,
} from "../../protocol/devices/device.ts";
import { sameJson } from "../../protocol/json.ts";
import type { DeviceConfigTable } from "../database/config-tables.ts";
import { healthOf, type Latest } from "./health-rules.ts";
import type { DeviceRow } from "./store.ts";

const timestampOrNull = (atMs: number | null): string | null => (atMs === null ? null : toTimestamp(atMs));

/** A row as the API shows it. Its health is computed from `latest` values and its `conduct`. */
export function toDevice(
  row: DeviceRow,
  tags: string[] | undefined,
  latest: Latest,
  gatewayConnected: boolean,
  conduct?: Conduct,
): Device {
  const attributes = JSON.parse(row.attributes) as Attributes;
  const text = (name: string): string | null => {
    const value = attributes[name];
    return value === undefined || value === null ? null : String(value);
  };
  const { health, reasons } = healthOf(latest, row.last_seen_ms !== null, conduct);
  return {
    id: row.id,
    key: row.key,
    name: row.name,
    type: row.type,
    siteId: row.site_id,
    siteName: row.site_name,
    gatewayId: row.gateway_id,
    provenance: row.provenance as Provenance,
    lifecycle: row.lifecycle as Lifecycle,
    connectivity: row.connectivity as Connectivity,
    connectivitySince: timestampOrNull(row.connectivity_since_ms),
    gatewayConnected,
    connectivityReason: row.connectivity_reason,
    health,
    healthReasons: reasons,
    // Who never measured anything was seen all the same when it came or went.
    lastSeenAt: timestampOrNull(row.last_seen_ms ?? row.connectivity_since_ms),
    model: text("model"),
    firmware: text("firmware"),
    serial: text("serial"),
    attributes,
    tags: tags ?? [],
    customAttributes: JSON.parse(row.custom_attributes) as Record<string, string>,
    retiredAt: timestampOrNull(row.retired_ms),
    deletedAt: timestampOrNull(row.deleted_ms),
    createdAt: toTimestamp(row.created_ms),
    updatedAt: toTimestamp(row.updated_ms),
  };
}

/** Wanted and reported configuration, whether they are the same, and what the layers have to do with it. */
export function toConfig(
  row: Selectable<DeviceConfigTable> | undefined,
  layers: Partial<Record<ConfigLevel, ConfigValues>>,
): DeviceDetail["config"] {
  const part = (version: number | null | undefined, text: string | null | undefined) =>
    version === null || version === undefined || text === null || text === undefined
      ? null
      : { version, config: JSON.parse(text) as ConfigValues };
  const desired = part(row?.desired_version, row?.desired);
  const reported = part(row?.reported_version, row?.reported);
  const inSync = desired === null || sameJson(desired, reported);
  return {
    desired,
    reported,
    inSync,
    driftSince: inSync ? null : timestampOrNull(row?.drift_since_ms ?? null),
    drift: inSync ? [] : changedKeys(desired?.config ?? {}, reported?.config ?? {}),
    own: layers.device ?? null,
    origins: effectiveConfig(layers).origins,
  };
}
