import { type Page, toTimestamp } from "../../protocol/api/list.ts";
import type { Clock } from "../../protocol/clock.ts";
import { accept, type Result, refuse, refuseField } from "../../protocol/errors.ts";
import { makeId } from "../../protocol/ids.ts";
import type { Random } from "../../protocol/random.ts";
import {
  type DeviceCounts,
  SITE_FIELDS,
  type Site,
  type SiteInput,
  type SiteQuery,
} from "../../protocol/sites/site.ts";
import type { Needs, Scope } from "../accounts/scope.ts";
import type { Note } from "../audit/audit.ts";
import type { CloudDatabase } from "../database/database.ts";
import { decodeCursor, encodeCursor, readSort } from "../database/paging.ts";
import { countBySite, noDevices } from "../devices/devices.ts";
import { type Fields, type IfMatch, pick, refuseLostUpdate } from "../http/versions.ts";
import {
  countSites,
  findSite,
  findSiteByName,
  gatewaysOf,
  isInUse,
  type SiteGatewayRow,
  type SiteRow,
  SORT_COLUMNS,
  type SortColumn,
  selectSites,
} from "./store.ts";

/**
 * Sites: shops, restaurants, plants, each with one gateway and its devices. A site's name is unique in its
 * organisation. Its counts are computed when it is read, so that they are never out of step with its devices.
 */
export interface Sites {
  list(scope: Scope, query: SiteQuery): Promise<Result<Page<Site>>>;
  /** Code: `record.not-found`. */
  get(scope: Scope, id: string): Promise<Result<Site>>;
  /** Code: `record.conflict` when the name is taken. */
  create(scope: Scope, input: SiteInput): Promise<Result<Site>>;
  /** Codes: `record.not-found`, `record.conflict`; `record.changed` when it is at none of these versions. */
  update(scope: Scope, id: string, input: SiteInput, ifMatch?: IfMatch): Promise<Result<Site>>;
  /** Codes: `record.not-found`, `record.changed`; `record.conflict` while it has a gateway or devices. */
  remove(scope: Scope, id: string, ifMatch?: IfMatch): Promise<Result<void>>;
  /** The site of this name, made when missing: for commands, which have no person's scope. */
  ensure(organizationId: string, name: string): Promise<{ id: string; name: string }>;
}

/** What people need to be allowed. */
export const SITE_NEEDS: Needs<Sites> = {
  list: "site:read",
  get: "site:read",
  create: "site:write",
  update: "site:write",
  remove: "site:write",
};

export interface SitesParts {
  db: CloudDatabase;
  clock: Clock;
  random: Random;
  isConnected(gatewayId: string): boolean;
  /** `Audit.note` */
  note: Note;
}

export function createSites({ db, clock, random, isConnected, note }: SitesParts): Sites {
  const view = async (rows: readonly SiteRow[], organizationId: string): Promise<Site[]> => {
    const ids = rows.map((row) => row.id);
    const [counts, gateways] = await Promise.all([
      countBySite(db.read, organizationId, ids),
      gatewaysOf(db.read, ids),
    ]);
    return rows.map((row) => toSite(row, counts.get(row.id), gateways.get(row.id), isConnected));
  };
  const get = async (scope: Scope, id: string): Promise<Result<Site>> => {
    const row = await findSite(db.read, scope, id);
    if (row === undefined) return refuse("record.not-found", `site ${id}`);
    const [site] = await view([row], scope.organizationId);
    return accept(site!);
  };
  const nameTaken = (name: string) =>
    refuse("record.conflict", `there is a site called ${name} already`, [
      { path: "name", message: "is taken by another site" },
    ]);

  return {
    get,

    async list(scope, query) {
      const order = readSort<SortColumn>(query.sort, SORT_COLUMNS, { column: "name", descending: false });
      if (order === null)
        return refuseField("sort", `must be one of ${Object.keys(SORT_COLUMNS).join(", ")}`);
      if (query.cursor !== undefined && decodeCursor(query.cursor) === null) {
        return refuseField("cursor", "must be the nextCursor of the page before");
      }
      const rows = await selectSites(db.read, scope, query, order);
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      return accept({
        items: await view(page, scope.organizationId),
        nextCursor:
          rows.length > query.limit && last !== undefined
            ? encodeCursor({ value: last[order.column], id: last.id })
            : null,
        total: await countSites(db.read, scope, query),
      });
    },

    async create(scope, input) {
      const id = makeId(clock.nowMs(), random);
      const made = await db.write(async (trx) => {
        if ((await findSiteByName(trx, scope.organizationId, input.name)) !== undefined) return false;
        const nowMs = clock.nowMs();
        await trx
          .insertInto("site")
          .values({
            id,
            organization_id: scope.organizationId,
            ...toColumns(input),
            created_ms: nowMs,
            updated_ms: nowMs,
          })
          .execute();
        await note(trx, scope, { action: "site.create", target: { id, name: input.name }, after: input });
        return true;
      });
      return made ? get(scope, id) : nameTaken(input.name);
    },

    async update(scope, id, input, ifMatch) {
      const outcome = await db.write(async (trx) => {
        const before = await findSite(trx, scope, id);
        if (before === undefined) return "missing";
        const lost = await refuseLostUpdate(ifMatch, siteFields(toInput(before)));
        if (lost !== null) return lost;
        const other = await findSiteByName(trx, scope.organizationId, input.name);
        if (other !== undefined && other.id !== id) return "taken";
        await trx
          .updateTable("site")
          .set({ ...toColumns(input), updated_ms: clock.nowMs() })
          .where("id", "=", id)
          .execute();
        const target = { id, name: input.name };
        await note(trx, scope, { action: "site.update", target, before: toInput(before), after: input });
        return "done";
      });
      if (outcome === "missing") return refuse("record.not-found", `site ${id}`);
      if (typeof outcome === "object") return outcome;
      return outcome === "taken" ? nameTaken(input.name) : get(scope, id);
    },

    remove: (scope, id, ifMatch) =>
      db.write(async (trx) => {
        const before = await findSite(trx, scope, id);
        if (before === undefined) return refuse("record.not-found", `site ${id}`);
        const lost = await refuseLostUpdate(ifMatch, siteFields(toInput(before)));
        if (lost !== null) return lost;
        if (await isInUse(trx, id)) {
          return refuse(
            "record.conflict",
            "the site has a gateway or devices; it can be deleted when it has none",
          );
        }
        await trx.deleteFrom("gateway_claim").where("site_id", "=", id).execute();
        await trx.deleteFrom("site").where("id", "=", id).execute();
        const target = { id, name: before.name };
        await note(trx, scope, { action: "site.delete", target, before: toInput(before) });
        return accept(undefined);
      }),

    ensure: (organizationId, name) =>
      db.write(async (trx) => {
        const found = await findSiteByName(trx, organizationId, name);
        if (found !== undefined) return { id: found.id, name: found.name };
        const nowMs = clock.nowMs();
        const id = makeId(nowMs, random);
        const blank = { description: "", address: "", timeZone: "UTC", name };
        await trx
          .insertInto("site")
          .values({
            id,
            organization_id: organizationId,
            ...toColumns(blank),
            created_ms: nowMs,
            updated_ms: nowMs,
          })
          .execute();
        const by = { organizationId, command: "homepot-cloud" };
        await note(trx, by, { action: "site.create", target: { id, name }, after: blank });
        return { id, name };
      }),
  };
}

/** What a site's version is made of. */
export const siteFields = (site: Site | SiteInput): Fields => pick(site, SITE_FIELDS);

function toColumns(input: SiteInput) {
  return {
    name: input.name,
    description: input.description,
    address: input.address,
    time_zone: input.timeZone,
    latitude: input.latitude ?? null,
    longitude: input.longitude ?? null,
  };
}

function toInput(row: SiteRow): SiteInput {
  const { name, description, address, time_zone: timeZone, latitude, longitude } = row;
  return {
    name,
    description,
    address,
    timeZone,
    ...(latitude === null ? {} : { latitude }),
    ...(longitude === null ? {} : { longitude }),
  };
}

function toSite(
  row: SiteRow,
  counts: DeviceCounts | undefined,
  gateway: SiteGatewayRow | undefined,
  isConnected: (gatewayId: string) => boolean,
): Site {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    address: row.address,
    timeZone: row.time_zone,
    latitude: row.latitude,
    longitude: row.longitude,
    createdAt: toTimestamp(row.created_ms),
    updatedAt: toTimestamp(row.updated_ms),
    gateway:
      gateway === undefined
        ? null
        : {
            id: gateway.id,
            connected: isConnected(gateway.id),
            lastSeenAt: gateway.last_seen_ms === null ? null : toTimestamp(gateway.last_seen_ms),
          },
    devices: counts ?? noDevices(),
  };
}
