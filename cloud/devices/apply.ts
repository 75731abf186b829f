import type { Selectable, Transaction, Updateable } from "kysely";
import type { HappeningKind } from "../../protocol/activity/activity.ts";
import type { Clock } from "../../protocol/clock.ts";
import type { Attributes } from "../../protocol/devices/attributes.ts";
import type { Connectivity } from "../../protocol/devices/device.ts";
import { assertNever } from "../../protocol/errors.ts";
import { makeId } from "../../protocol/ids.ts";
import type { LiveEvent } from "../../protocol/live/event.ts";
import type { DeviceEvent } from "../../protocol/log/kinds.ts";
import type { NotificationAck } from "../../protocol/log/uplog/notification-ack.ts";
import type { Random } from "../../protocol/random.ts";
import type { Happened } from "../activity/activity.ts";
import { writeReported } from "../config-layers/config-layers.ts";
import { inGroups } from "../database/in-groups.ts";
import { prepared } from "../database/prepared.ts";
import type { DeviceTable, Tables } from "../database/tables.ts";
import { writeConduct } from "./conduct.ts";
import { troubleOf } from "./health-sql.ts";
import { isOver, removedAmong } from "./removed.ts";

/** The gateway whose word it is. */
export interface ApplyingGateway {
  id: string;
  organization_id: string;
  site_id: string;
}

export interface DeviceApplier {
  event(
    trx: Transaction<Tables>,
    gateway: ApplyingGateway,
    event: DeviceEvent,
    nowMs: number,
  ): Promise<LiveEvent | null>;
  /** These are all devices of the gateway's: others were removed while this cloud could not hear of it. */
  onlyThese(
    trx: Transaction<Tables>,
    gateway: ApplyingGateway,
    keys: readonly string[],
    nowMs: number,
  ): Promise<void>;
  /**
   * The ids of devices by their keys. The lanes are independent: telemetry may come before the registration. Those
   * that were deleted for good have none.
   */
  ensure(
    trx: Transaction<Tables>,
    gateway: ApplyingGateway,
    keys: readonly string[],
    nowMs: number,
  ): Promise<Map<string, string>>;
}

export interface DeviceApplierParts {
  clock: Clock;
  random: Random;
  /** `Activity.happened` */
  happened: Happened;
  /** `cloud/notifications`: what became of one at a device. */
  takeReceipt(
    trx: Transaction<Tables>,
    receipt: Pick<NotificationAck, "id" | "action" | "atMs"> & { organizationId: string; deviceId: string },
  ): Promise<void>;
}

const COLUMNS = [
  ...(["id", "given_name", "given_type", "key", "site_id", "last_seen_ms"] as const),
  ...(["lifecycle", "connectivity", "connectivity_since_ms", "created_ms", "deleted_ms"] as const),
] as const;
type DeviceRow = Pick<Selectable<DeviceTable>, (typeof COLUMNS)[number]>;

/** Few enough for every database's limit of parameters. */
const KEYS_PER_STATEMENT = 500;

/**
 * Applies what a gateway says of its devices, inside the hub's transaction. What the gateway says goes; what people
 * decided (a given name, a lifecycle) is never overwritten by it, but that a removed device is retired.
 */
export function createDeviceApplier(parts: DeviceApplierParts): DeviceApplier {
  const tell = (
    trx: Transaction<Tables>,
    gateway: ApplyingGateway,
    kind: HappeningKind,
    subjectId: string,
    atMs: number,
  ) => {
    const { organization_id: organizationId, site_id: siteId } = gateway;
    return parts.happened(trx, { organizationId, siteId, subjectId, kind, atMs });
  };
  const ensureRows = async (
    trx: Transaction<Tables>,
    gateway: ApplyingGateway,
    keys: readonly string[],
    nowMs: number,
  ): Promise<DeviceRow[]> => {
    const rows = await findByKeys(trx, gateway.id, keys);
    const missing = new Set(keys).difference(new Set(rows.map(({ key }) => key)));
    if (missing.size > 0) rows.push(...(await adopt(trx, gateway, [...missing])));
    for (const id of await arrive(trx, rows)) await tell(trx, gateway, "device.added", id, nowMs);
    const known = new Set(rows.map(({ key }) => key));
    const unknown = [...new Set(keys).difference(known)];
    const removed = await removedAmong(trx, gateway.id, unknown);
    for (const key of unknown) {
      if (removed.has(key)) continue;
      const row = {
        id: makeId(parts.clock.nowMs(), parts.random),
        organization_id: gateway.organization_id,
        site_id: gateway.site_id,
        gateway_id: gateway.id,
        key,
        name: key,
        type: "unknown",
        given_name: null,
        given_type: null,
        provenance: "real",
        lifecycle: "active",
        connectivity: "never",
        connectivity_since_ms: null,
        connectivity_reason: null,
        last_seen_ms: null,
        deleted_ms: null,
        attributes: "{}",
        created_ms: nowMs,
        updated_ms: nowMs,
      };
      await trx.insertInto("device").values(row).execute();
      await tell(trx, gateway, "device.added", row.id, nowMs);
      rows.push(row);
    }
    return rows;
  };

  return {
    async onlyThese(trx, gateway, keys, nowMs) {
      const known = await trx
        .selectFrom("device")
        .select(["id", "key"])
        .where("gateway_id", "=", gateway.id)
        // What is expected was never there.
        .where("lifecycle", "not in", ["retired", "pending"])
        .execute();
      const present = new Set(keys);
      for (const { id, key } of known) {
        if (present.has(key)) continue;
        const row = trx.updateTable("device").where("id", "=", id);
        await row.set({ lifecycle: "retired", retired_ms: nowMs, updated_ms: nowMs }).execute();
      }
    },
    async ensure(trx, gateway, keys, nowMs) {
      const ids = new Map<string, string>();
      for (const some of inGroups(keys, KEYS_PER_STATEMENT)) {
        for (const { key, id } of await ensureRows(trx, gateway, some, nowMs)) ids.set(key, id);
      }
      return ids;
    },
    async event(trx, gateway, event, nowMs) {
      if (await isOver(trx, gateway.id, event)) return null;
      const [device] = await ensureRows(trx, gateway, [event.device], nowMs);
      if (device === undefined) return null;
      const update = (values: Updateable<DeviceTable>) =>
        trx
          .updateTable("device")
          .set({ ...values, updated_ms: nowMs })
          .where("id", "=", device.id)
          .execute();
      switch (event.kind) {
        case "device.registered":
          // It may be told again, and people may have suspended it meanwhile.
          await update({
            provenance: event.provenance,
            ...(event.passwordHash === undefined ? {} : { password_hash: event.passwordHash }),
            ...(device.lifecycle === "retired" && device.deleted_ms === null
              ? { lifecycle: "active", retired_ms: null }
              : {}),
          });
          return null;
        case "device.removed":
          await update({ lifecycle: "retired", retired_ms: nowMs, password_hash: null });
          if (device.lifecycle !== "retired") await tell(trx, gateway, "device.removed", device.id, nowMs);
          return null;
        case "device.attributes":
          await update({
            attributes: JSON.stringify(event.attributes),
            firmware: firmwareOf(event.attributes),
            ...namesOf(device, event.attributes),
          });
          return statusOf(trx, device);
        case "device.connectivity": {
          const { connectivity, sinceMs } = event;
          await writeConnectivity(trx, device.id, connectivity, sinceMs, event.reason ?? null, nowMs);
          const seenMs = Math.min(sinceMs, nowMs);
          // Who comes online is seen. Null stays: that is a device that never measured anything.
          if (connectivity === "online" && device.last_seen_ms !== null && seenMs > device.last_seen_ms)
            await writeSeen(trx, device.id, seenMs);
          if (connectivity !== device.connectivity)
            await tell(trx, gateway, `device.${connectivity}`, device.id, sinceMs);
          return statusOf(trx, { ...device, connectivity, connectivity_since_ms: sinceMs });
        }
        case "device.conduct": {
          const { refused, slow, clock } = event;
          await writeConduct(trx, device.id, { refused, slow, clock });
          return statusOf(trx, device);
        }
        case "config.reported": {
          const { version, config } = event;
          await writeReported(trx, device.id, { version, config }, nowMs);
          return statusOf(trx, device);
        }
        case "notification.ack": {
          const { id, action, atMs } = event;
          const { organization_id: organizationId } = gateway;
          await parts.takeReceipt(trx, { id, action, atMs, organizationId, deviceId: device.id });
          return null;
        }
        case "telemetry.dropped": {
          const { readings, fromMs, toMs } = event;
          await trx
            .insertInto("dropped_telemetry")
            .values({ device_id: device.id, min_ms: fromMs, max_ms: toMs, readings })
            .execute();
          return null;
        }
        default:
          return assertNever(event);
      }
    },
  };
}

/** What pages that show it are told, so that they ask for the rest again. */
async function statusOf(trx: Transaction<Tables>, device: DeviceRow): Promise<LiveEvent> {
  return {
    type: "device:status",
    device: device.id,
    site: device.site_id,
    connectivity: device.connectivity as Connectivity,
    health: device.last_seen_ms === null ? "unknown" : await troubleOf(trx, device.id),
    since: device.connectivity_since_ms ?? device.created_ms,
  };
}

function findByKeys(
  trx: Transaction<Tables>,
  gatewayId: string,
  keys: readonly string[],
): Promise<DeviceRow[]> {
  const [key] = keys;
  // What a gateway says is of one device at a time.
  if (keys.length === 1 && key !== undefined) return findByKey(trx, gatewayId, key);
  return trx
    .selectFrom("device")
    .select(COLUMNS)
    .where("gateway_id", "=", gatewayId)
    .where("key", "in", keys)
    .execute();
}

const findByKey = prepared((db, gatewayId: string, key: string) =>
  db.selectFrom("device").select(COLUMNS).where("gateway_id", "=", gatewayId).where("key", "=", key),
);

const writeConnectivity = prepared(
  (db, id: string, connectivity: Connectivity, sinceMs: number, reason: string | null, nowMs: number) =>
    db
      .updateTable("device")
      .set({
        connectivity,
        connectivity_since_ms: sinceMs,
        connectivity_reason: reason,
        updated_ms: nowMs,
      })
      .where("id", "=", id),
);

const writeSeen = prepared((db, id: string, seenMs: number) =>
  db.updateTable("device").set({ last_seen_ms: seenMs }).where("id", "=", id),
);

/** Devices that were expected at another gateway of the site, as one that was replaced since: they are this one's. */
async function adopt(
  trx: Transaction<Tables>,
  gateway: ApplyingGateway,
  keys: readonly string[],
): Promise<DeviceRow[]> {
  const expected = await trx
    .selectFrom("device")
    .select(COLUMNS)
    .where("site_id", "=", gateway.site_id)
    .where("key", "in", keys)
    .where("lifecycle", "=", "pending")
    .execute();
  const rows = [...new Map(expected.map((row) => [row.key, row])).values()];
  for (const { id } of rows) {
    await trx.updateTable("device").set({ gateway_id: gateway.id }).where("id", "=", id).execute();
  }
  return rows;
}

/** Those that were expected are there now. Gives their ids. */
async function arrive(trx: Transaction<Tables>, rows: DeviceRow[]): Promise<string[]> {
  const expected = rows.filter(({ lifecycle }) => lifecycle === "pending");
  for (const row of expected) {
    row.lifecycle = "active";
    await trx.updateTable("device").set({ lifecycle: "active" }).where("id", "=", row.id).execute();
  }
  return expected.map(({ id }) => id);
}

/** What it says its firmware is, as a text. */
function firmwareOf({ firmware }: Attributes): string | null {
  return firmware === undefined || firmware === null ? null : String(firmware);
}

/** What a device is called and is, now that it says so itself. */
function namesOf(device: DeviceRow, attributes: Attributes): { name: string; type: string } {
  const own = (name: string): string | null => {
    const value = attributes[name];
    return typeof value === "string" && value.trim() !== "" ? value.trim().slice(0, 100) : null;
  };
  return {
    name: device.given_name ?? own("name") ?? device.key,
    type: device.given_type ?? own("type") ?? "unknown",
  };
}
