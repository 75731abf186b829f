import type { Kysely } from "kysely";
import type { CsvRow } from "../../protocol/csv/csv.ts";
import type { FieldError } from "../../protocol/errors.ts";
import { isId } from "../../protocol/ids.ts";
import type { Scope } from "../accounts/scope.ts";
import { inGroups } from "../database/in-groups.ts";
import type { Tables } from "../database/tables.ts";
import { tagsOf } from "../labels/labels.ts";
import { type DeviceRow, withSite } from "./store.ts";

/** What the rows of a file of devices are about: the sites, gateways and devices they name. */
export interface Places {
  /** The device of the row's `id`. */
  byId(row: CsvRow): Found;
  /** The device at the row's `site` with its `key`, or the place for it. */
  byKey(row: CsvRow): Found;
}

type Found = { device: KnownDevice } | { place: KnownPlace } | { errors: FieldError[] };

export interface KnownDevice {
  row: DeviceRow;
  /** What people can change. */
  fields: {
    name: string;
    type: string;
    lifecycle: string;
    tags: string[];
    customAttributes: Record<string, string>;
  };
}

/** Where a device that is not there yet will be. */
export interface KnownPlace {
  siteId: string;
  siteName: string;
  gatewayId: string;
}

interface Site {
  id: string;
  name: string;
  /** Those that were not revoked, the newest last. */
  gateways: string[];
}

/** Values of a statement, within what databases take in parameters. */
const AT_ONCE = 500;

export async function knownPlaces(
  db: Kysely<Tables>,
  scope: Scope,
  rows: readonly CsvRow[],
): Promise<Places> {
  const sites = await namedSites(db, scope, rows);
  const devices = await namedDevices(db, scope, rows, sites);
  const byId = new Map(devices.map((device) => [device.row.id, device]));
  const byKey = Map.groupBy(devices, ({ row }) => `${row.site_id} ${row.key}`);

  return {
    byId(row) {
      const device = byId.get(row.cells.get("id") ?? "");
      if (device === undefined) return refused("id", "is of no device of yours");
      const contradictions = contradictionsTo(row, device.row);
      return contradictions.length > 0 ? { errors: contradictions } : { device };
    },
    byKey(row) {
      const [named = "", key = "", gateway = ""] = ["site", "key", "gateway"].map((name) =>
        row.cells.get(name),
      );
      if (key === "") return refused("key", "a device needs its key, and its site, or its id");
      if (named === "") return refused("site", "a device needs its site, by name or id");
      const site = sites.get(named);
      if (site === undefined) return refused("site", `there is no site ${named.slice(0, 100)}`);
      const here = byKey.get(`${site.id} ${key}`) ?? [];
      const meant =
        gateway === "" ? serving(here, site) : here.filter((one) => one.row.gateway_id === gateway);
      if (meant.length > 1) return refused("gateway", "two gateways of the site have this key: name one");
      const [device] = meant;
      if (device !== undefined && device.row.deleted_ms !== null)
        return refused("key", "is that of a device that was deleted: restore it first");
      if (device !== undefined) return { device };
      const gatewayId = gateway === "" ? site.gateways.at(-1) : site.gateways.find((id) => id === gateway);
      if (gatewayId !== undefined) return { place: { siteId: site.id, siteName: site.name, gatewayId } };
      return gateway === ""
        ? refused("site", "has no gateway yet, which its devices come with: add one first")
        : refused("gateway", "is none of the site's");
    },
  };
}

/** Of devices with one key those of gateways in service, if there are any. */
function serving(devices: readonly KnownDevice[], { gateways }: Site): readonly KnownDevice[] {
  const now = devices.filter(({ row }) => gateways.includes(row.gateway_id));
  return now.length > 0 ? now : devices;
}

const refused = (path: string, message: string): Found => ({ errors: [{ path, message }] });

/** An import moves no device and gives none another key. */
function contradictionsTo(row: CsvRow, device: DeviceRow): FieldError[] {
  const is = {
    site: [device.site_name, device.site_id],
    gateway: [device.gateway_id],
    key: [device.key],
  };
  return Object.entries(is).flatMap(([path, values]) => {
    const cell = row.cells.get(path) ?? "";
    return cell === "" || values.includes(cell) ? [] : [{ path, message: `is ${values[0]}, and stays so` }];
  });
}

/** By what the file calls them: a name or an id. */
async function namedSites(
  db: Kysely<Tables>,
  scope: Scope,
  rows: readonly CsvRow[],
): Promise<Map<string, Site>> {
  const named = [...new Set(rows.map((row) => row.cells.get("site") ?? ""))].filter((cell) => cell !== "");
  const sites = new Map<string, Site>();
  for (const some of inGroups(named, AT_ONCE)) {
    const found = await db
      .selectFrom("site")
      .select(["id", "name"])
      .where("organization_id", "=", scope.organizationId)
      .where("deleted_ms", "is", null)
      .where((where) => where.or([where("name", "in", some), where("id", "in", some)]))
      .execute();
    if (found.length === 0) continue;
    const gateways = await db
      .selectFrom("gateway")
      .select(["id", "site_id"])
      .where(
        "site_id",
        "in",
        found.map(({ id }) => id),
      )
      .where("revoked_ms", "is", null)
      .orderBy("created_ms")
      .execute();
    const bySite = Map.groupBy(gateways, (gateway) => gateway.site_id);
    for (const { id, name } of found) {
      const site = { id, name, gateways: (bySite.get(id) ?? []).map((gateway) => gateway.id) };
      // A site may be called by another one's id, by somebody who wants to see what happens: ids go first.
      if (some.includes(id)) sites.set(id, site);
      if (!isId(name)) sites.set(name, site);
    }
  }
  return sites;
}

async function namedDevices(
  db: Kysely<Tables>,
  scope: Scope,
  rows: readonly CsvRow[],
  sites: ReadonlyMap<string, Site>,
): Promise<KnownDevice[]> {
  const found = new Map<string, DeviceRow>();
  const ids = rows.map((row) => row.cells.get("id") ?? "").filter((cell) => cell !== "");
  for (const some of inGroups(ids, AT_ONCE)) {
    const select = withSite(db, scope).where("device.id", "in", some).where("device.deleted_ms", "is", null);
    for (const row of await select.execute()) found.set(row.id, row);
  }
  const keyed = rows.filter((row) => (row.cells.get("id") ?? "") === "");
  for (const [siteId, some] of Map.groupBy(keyed, (row) => sites.get(row.cells.get("site") ?? "")?.id)) {
    if (siteId === undefined) continue;
    const keys = some.map((row) => row.cells.get("key") ?? "");
    for (const few of inGroups(keys, AT_ONCE)) {
      const select = withSite(db, scope).where("device.site_id", "=", siteId).where("device.key", "in", few);
      for (const row of await select.execute()) found.set(row.id, row);
    }
  }
  const tags = await tagsOf(db, "device", [...found.keys()]);
  return [...found.values()].map((row) => ({
    row,
    fields: {
      ...{ name: row.name, type: row.type, lifecycle: row.lifecycle },
      tags: tags.get(row.id) ?? [],
      customAttributes: JSON.parse(row.custom_attributes) as Record<string, string>,
    },
  }));
}
