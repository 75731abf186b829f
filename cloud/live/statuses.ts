import type { Kysely } from "kysely";
import type { Connectivity } from "../../protocol/devices/device.ts";
import type { LiveEvent } from "../../protocol/live/event.ts";
import type { Tables } from "../database/tables.ts";
import { conductsOf, healthOf } from "../devices/devices.ts";

/** Devices whose last told state is remembered; beyond it a state may be told twice, which does no harm. */
const REMEMBERED_MAX = 100_000;

export type DeviceStatus = LiveEvent & { type: "device:status" };

/** The present states of devices, connectivity as stored and health as computed. */
export async function readStatuses(db: Kysely<Tables>, ids: readonly string[]): Promise<DeviceStatus[]> {
  const devices = await db
    .selectFrom("device")
    .select(["id", "site_id", "connectivity", "connectivity_since_ms", "created_ms", "last_seen_ms"])
    .where("id", "in", ids)
    .execute();
  const metrics = await db
    .selectFrom("device_metric")
    .select(["device_id", "metric", "value"])
    .where("device_id", "in", ids)
    .execute();
  const conducts = await conductsOf(db, ids);
  const latest = new Map<string, Map<string, unknown>>(ids.map((id) => [id, new Map()]));
  for (const { device_id, metric, value } of metrics) latest.get(device_id)?.set(metric, JSON.parse(value));
  return devices.map((device) => ({
    type: "device:status",
    device: device.id,
    site: device.site_id,
    connectivity: device.connectivity as Connectivity,
    health: healthOf(
      latest.get(device.id) ?? new Map(),
      device.last_seen_ms !== null,
      conducts.get(device.id),
    ).health,
    since: device.connectivity_since_ms ?? device.created_ms,
  }));
}

/** What was told last of each device, so that what did not change is not told again. */
export class ToldStatuses {
  readonly #told = new Map<string, string>();

  /** Whether this is news; it is told from now on. */
  isNews({ device, connectivity, health, since }: DeviceStatus): boolean {
    const state = `${connectivity} ${health} ${since}`;
    if (this.#told.get(device) === state) return false;
    this.#told.delete(device);
    this.#told.set(device, state);
    if (this.#told.size > REMEMBERED_MAX) this.forget(this.#told.keys().next().value ?? device);
    return true;
  }

  /** Something changed that nobody was told: whatever comes next is news. */
  forget(device: string): void {
    this.#told.delete(device);
  }
}
