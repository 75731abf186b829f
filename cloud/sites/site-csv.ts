import type { Kysely } from "kysely";
import type { PageKey } from "../../protocol/api/page-key.ts";
import { ATTRIBUTE_PREFIX, BYTE_ORDER_MARK, type CsvColumns, writeRecord } from "../../protocol/csv/csv.ts";
import type { Site, SiteQuery } from "../../protocol/sites/site.ts";
import type { Scope } from "../accounts/scope.ts";
import { eachPage, type SortOrder } from "../database/paging.ts";
import type { Tables } from "../database/tables.ts";
import { fieldText } from "../imports/imports.ts";
import { attributeNames, keyIn, type SiteRow, type SortColumn, selectSites } from "./store.ts";

/** Sites as CSV: what an export has, and an import takes. */
export const SITE_COLUMNS: CsvColumns = {
  fields: ["id", "name", "address", "timeZone", "latitude", "longitude", "description", "tags"],
  passedOver: ["devices", "online", "createdAt"],
};

const ROWS_AT_ONCE = 500;

/** The file of the sites that a query means, a piece at a time. */
export async function* exportSites(
  db: Kysely<Tables>,
  scope: Scope,
  query: SiteQuery,
  order: SortOrder<SortColumn>,
  view: (rows: readonly SiteRow[]) => Promise<Site[]>,
): AsyncGenerator<string> {
  const names = await attributeNames(db, scope, query);
  yield BYTE_ORDER_MARK +
    writeRecord([
      ...SITE_COLUMNS.fields,
      ...names.map((name) => ATTRIBUTE_PREFIX + name),
      ...SITE_COLUMNS.passedOver,
    ]);
  const select = (cursor?: PageKey) =>
    selectSites(db, scope, { ...query, limit: ROWS_AT_ONCE, cursor }, order);
  for await (const rows of eachPage(select, ROWS_AT_ONCE, keyIn(order))) {
    yield (await view(rows)).map((site) => writeRecord(cellsOf(site, names))).join("");
  }
}

function cellsOf(site: Site, attributes: readonly string[]): string[] {
  const { devices, createdAt, customAttributes } = site;
  return [
    ...SITE_COLUMNS.fields.map((field) => fieldText(site[field as keyof Site])),
    ...attributes.map((name) => customAttributes[name] ?? ""),
    ...[devices.total, devices.connectivity.online, createdAt].map(String),
  ];
}
