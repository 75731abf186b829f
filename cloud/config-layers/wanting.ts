import type { Kysely, Transaction } from "kysely";
import type { ConfigValues, DeviceConfig } from "../../protocol/config/device-config.ts";
import { type ConfigLevel, effectiveConfig } from "../../protocol/config/layers.ts";
import { sameJson } from "../../protocol/json.ts";
import type { ConfigDesired } from "../../protocol/log/downlog/config-desired.ts";
import type { Tables } from "../database/tables.ts";

/** Appends to a gateway's downlog in the caller's transaction. */
export type AppendConfigs = (
  trx: Transaction<Tables>,
  gatewayId: string,
  events: readonly ConfigDesired[],
) => Promise<unknown>;

/** Whom a device's layers are found by. */
export interface LayeredDevice {
  id: string;
  organization_id: string;
  site_id: string;
  type: string;
}

/** What each level says of these devices, by device. */
export async function layersOf(
  db: Kysely<Tables>,
  devices: readonly LayeredDevice[],
): Promise<Map<string, Partial<Record<ConfigLevel, ConfigValues>>>> {
  const organizations = [...new Set(devices.map((device) => device.organization_id))];
  const subjects = new Set(devices.flatMap((device) => [device.id, device.site_id, device.type]));
  const rows = await db
    .selectFrom("config_layer")
    .select(["organization_id", "level", "subject", "config"])
    .where("organization_id", "in", organizations)
    .where("subject", "in", ["", ...subjects])
    .execute();
  const keyOf = (organization: string, level: string, subject: string) =>
    JSON.stringify([organization, level, subject]);
  const byKey = new Map(rows.map((row) => [keyOf(row.organization_id, row.level, row.subject), row.config]));
  return new Map(
    devices.map((device) => {
      const subjectOf = { organization: "", site: device.site_id, type: device.type, device: device.id };
      const layers: Partial<Record<ConfigLevel, ConfigValues>> = {};
      for (const [level, subject] of Object.entries(subjectOf) as [ConfigLevel, string][]) {
        const config = byKey.get(keyOf(device.organization_id, level, subject));
        if (config !== undefined) layers[level] = JSON.parse(config) as ConfigValues;
      }
      return [device.id, layers];
    }),
  );
}

/**
 * Computes what the layers want of these devices, at most a few hundred. Where that is not what is wanted already, or
 * `anyway`, it becomes the next version and goes to the device's gateway.
 */
export async function wantAnew(
  trx: Transaction<Tables>,
  ids: readonly string[],
  { nowMs, append, anyway = false }: { nowMs: number; append: AppendConfigs; anyway?: boolean },
): Promise<void> {
  if (ids.length === 0) return;
  const devices = await trx
    .selectFrom("device")
    .leftJoin("device_config", "device_config.device_id", "device.id")
    .select(["device.id", "device.organization_id", "device.site_id", "device.type", "device.key"])
    .select(["device.gateway_id", "device_config.desired", "device_config.desired_version"])
    .select(["device_config.reported", "device_config.reported_version", "device_config.drift_since_ms"])
    .where("device.id", "in", ids)
    .execute();
  if (devices.length === 0) return;
  const layers = await layersOf(trx, devices);
  const events = new Map<string, ConfigDesired[]>();
  for (const device of devices) {
    const { config } = effectiveConfig(layers.get(device.id) ?? {});
    const before = device.desired === null ? {} : (JSON.parse(device.desired) as ConfigValues);
    if (!anyway && sameJson(before, config)) continue;
    const version = (device.desired_version ?? 0) + 1;
    const reported = toDeviceConfig(device.reported_version, device.reported);
    const wanted = {
      desired_version: version,
      desired: JSON.stringify(config),
      updated_ms: nowMs,
      drift_since_ms: driftSince({ version, config }, reported, device.drift_since_ms, nowMs),
    };
    await trx
      .insertInto("device_config")
      .values({ device_id: device.id, reported_version: null, reported: null, ...wanted })
      .onConflict((conflict) => conflict.column("device_id").doUpdateSet(wanted))
      .execute();
    const event = { kind: "config.desired", device: device.key, version, config } as const;
    events.set(device.gateway_id, [...(events.get(device.gateway_id) ?? []), event]);
  }
  for (const [gatewayId, some] of events) await append(trx, gatewayId, some);
}

/** Keeps what a device has reported. */
export async function writeReported(
  trx: Transaction<Tables>,
  deviceId: string,
  reported: DeviceConfig,
  nowMs: number,
): Promise<void> {
  const before = await trx
    .selectFrom("device_config")
    .selectAll()
    .where("device_id", "=", deviceId)
    .executeTakeFirst();
  const desired = toDeviceConfig(before?.desired_version ?? null, before?.desired ?? null);
  const now = {
    reported_version: reported.version,
    reported: JSON.stringify(reported.config),
    updated_ms: nowMs,
    drift_since_ms: driftSince(desired, reported, before?.drift_since_ms ?? null, nowMs),
  };
  await trx
    .insertInto("device_config")
    .values({ device_id: deviceId, desired_version: null, desired: null, ...now })
    .onConflict((conflict) => conflict.column("device_id").doUpdateSet(now))
    .execute();
}

/** Since when a device has not been as it is wanted; null while it is. */
function driftSince(
  desired: DeviceConfig | null,
  reported: DeviceConfig | null,
  sinceMs: number | null,
  nowMs: number,
): number | null {
  if (desired === null || sameJson(desired, reported)) return null;
  return sinceMs ?? nowMs;
}

function toDeviceConfig(version: number | null, text: string | null): DeviceConfig | null {
  return version === null || text === null ? null : { version, config: JSON.parse(text) as ConfigValues };
}
