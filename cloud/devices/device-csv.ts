import type { Kysely } from "kysely";
import type { PageKey } from "../../protocol/api/page-key.ts";
import { ATTRIBUTE_PREFIX, BYTE_ORDER_MARK, type CsvColumns, writeRecord } from "../../protocol/csv/csv.ts";
import type { Device, DeviceQuery } from "../../protocol/devices/device.ts";
import type { Scope } from "../accounts/scope.ts";
import { eachPage, type SortOrder } from "../database/paging.ts";
import type { Tables } from "../database/tables.ts";
import { fieldText } from "../imports/imports.ts";
import { attributeNames, type DeviceRow, keyIn, type SortColumn, selectDevices } from "./store.ts";

/** Devices as CSV: what an export has, and an import takes. */
export const DEVICE_COLUMNS: CsvColumns = {
  fields: ["id", "site", "gateway", "key", "name", "type", "lifecycle", "tags"],
  passedOver: ["provenance", "connectivity", "health", "lastSeenAt", "model", "firmware", "serial"],
};

const ROWS_AT_ONCE = 500;

/** The file of the devices that a query means, a piece at a time. */
export async function* exportDevices(
  db: Kysely<Tables>,
  scope: Scope,
  query: DeviceQuery,
  order: SortOrder<SortColumn>,
  view: (rows: readonly DeviceRow[]) => Promise<Device[]>,
): AsyncGenerator<string> {
  const names = await attributeNames(db, scope, query);
  yield BYTE_ORDER_MARK +
    writeRecord([
      ...DEVICE_COLUMNS.fields,
      ...names.map((name) => ATTRIBUTE_PREFIX + name),
      ...DEVICE_COLUMNS.passedOver,
    ]);
  const select = (cursor?: PageKey) =>
    selectDevices(db, scope, { ...query, limit: ROWS_AT_ONCE, cursor }, order);
  for await (const rows of eachPage(select, ROWS_AT_ONCE, keyIn(order))) {
    yield (await view(rows)).map((device) => writeRecord(cellsOf(device, names))).join("");
  }
}

function cellsOf(device: Device, attributes: readonly string[]): string[] {
  const named: Record<string, unknown> = { ...device, site: device.siteName, gateway: device.gatewayId };
  const cells = (columns: readonly string[]) => columns.map((column) => fieldText(named[column]));
  return [
    ...cells(DEVICE_COLUMNS.fields),
    ...attributes.map((name) => device.customAttributes[name] ?? ""),
    ...cells(DEVICE_COLUMNS.passedOver),
  ];
}
