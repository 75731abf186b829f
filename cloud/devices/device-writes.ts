import type { Transaction, Updateable } from "kysely";
import type { Clock } from "../../protocol/clock.ts";
import type { DevicePatch } from "../../protocol/devices/device.ts";
import { makeId } from "../../protocol/ids.ts";
import type { Random } from "../../protocol/random.ts";
import type { Scope } from "../accounts/scope.ts";
import { inGroups } from "../database/in-groups.ts";
import type { DeviceTable, Tables } from "../database/tables.ts";
import { writeTags } from "../labels/labels.ts";
import type { DeviceRow } from "./store.ts";

/** What people write of a device. */

export async function changeDevice(
  trx: Transaction<Tables>,
  { organizationId }: Scope,
  row: Pick<DeviceRow, "id" | "lifecycle">,
  patch: DevicePatch,
  nowMs: number,
): Promise<void> {
  await trx
    .updateTable("device")
    .set({ ...columnsOf(patch, row, nowMs), updated_ms: nowMs })
    .where("id", "=", row.id)
    .execute();
  if (patch.tags !== undefined) {
    await writeTags(trx, "device", { id: row.id, organizationId }, patch.tags);
  }
}

/** The columns a patch changes. */
function columnsOf(
  patch: DevicePatch,
  row: Pick<DeviceRow, "lifecycle">,
  nowMs: number,
): Updateable<DeviceTable> {
  const { name, type, lifecycle, customAttributes } = patch;
  return {
    ...(name === undefined ? {} : { name, given_name: name }),
    ...(type === undefined ? {} : { type, given_type: type }),
    ...(customAttributes === undefined ? {} : { custom_attributes: JSON.stringify(customAttributes) }),
    ...(lifecycle === undefined || lifecycle === row.lifecycle
      ? {}
      : lifecycle === "retired"
        ? { lifecycle, retired_ms: nowMs }
        : { lifecycle, retired_ms: null, retired_from: null }),
  };
}

/** A device that is to come. `name` and `type` are null where people leave them to the device. */
export interface ExpectedDevice {
  siteId: string;
  gatewayId: string;
  key: string;
  name: string | null;
  type: string | null;
  tags: readonly string[];
  customAttributes: Readonly<Record<string, string>>;
}

/** Rows of a statement, within what databases take in parameters. */
const ROWS_AT_ONCE = 200;

/** Makes devices that are expected. Returns their ids, in the same order. */
export async function insertExpected(
  trx: Transaction<Tables>,
  { organizationId }: Scope,
  devices: readonly ExpectedDevice[],
  nowMs: number,
  { clock, random }: { clock: Clock; random: Random },
): Promise<string[]> {
  const made = devices.map((device) => ({ ...device, id: makeId(clock.nowMs(), random) }));
  const rows = made.map((device) => ({
    id: device.id,
    organization_id: organizationId,
    site_id: device.siteId,
    gateway_id: device.gatewayId,
    key: device.key,
    name: device.name ?? device.key,
    type: device.type ?? "unknown",
    given_name: device.name,
    given_type: device.type,
    provenance: "real",
    lifecycle: "pending",
    connectivity: "never",
    connectivity_since_ms: null,
    connectivity_reason: null,
    last_seen_ms: null,
    attributes: "{}",
    custom_attributes: JSON.stringify(device.customAttributes),
    created_ms: nowMs,
    updated_ms: nowMs,
  }));
  const tags = made.flatMap(({ id, tags: of }) =>
    of.map((tag) => ({ device_id: id, organization_id: organizationId, tag })),
  );
  for (const some of inGroups(rows, ROWS_AT_ONCE)) {
    await trx.insertInto("device").values(some).execute();
  }
  for (const some of inGroups(tags, ROWS_AT_ONCE)) {
    await trx.insertInto("device_tag").values(some).execute();
  }
  return made.map(({ id }) => id);
}
