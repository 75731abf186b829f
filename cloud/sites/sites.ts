import type { Transaction } from "kysely";
import { DELETED_KEPT_MS } from "../../protocol/api/deletion.ts";
import type { Page } from "../../protocol/api/list.ts";
import type { Clock } from "../../protocol/clock.ts";
import { leftOutOf, onlyOf, type Provenance } from "../../protocol/devices/provenance.ts";
import { accept, type Refusal, type Result, refuse } from "../../protocol/errors.ts";
import { makeId } from "../../protocol/ids.ts";
import type { Random } from "../../protocol/random.ts";
import type {
  Site,
  SiteBrief,
  SiteChoices,
  SiteExportQuery,
  SiteInput,
  SiteQuery,
} from "../../protocol/sites/site.ts";
import type { Needs, Scope } from "../accounts/scope.ts";
import type { Note } from "../audit/audit.ts";
import type { CloudDatabase } from "../database/database.ts";
import { cutPage, orderBy, type SortOrder, totalOf } from "../database/paging.ts";
import type { Tables } from "../database/tables.ts";
import { countBySite } from "../devices/devices.ts";
import type { CsvExport } from "../http/csv.ts";
import { type IfMatch, refuseLostUpdate } from "../http/versions.ts";
import { createImport, type RunImport } from "../imports/imports.ts";
import { tagsInUse, tagsOf, writeTags } from "../labels/labels.ts";
import { hideSite, showSite } from "./deletion.ts";
import { exportSites } from "./site-csv.ts";
import { siteImport } from "./site-import.ts";
import {
  countSites,
  countTheirDevices,
  findDeletedSite,
  findSite,
  findSiteByName,
  gatewaysOf,
  keyIn,
  type SiteRow,
  SORT_COLUMNS,
  type SortColumn,
  selectBriefly,
  selectSites,
} from "./store.ts";
import { siteFields, toColumns, toInput, toSite } from "./view.ts";

export { siteFields, toSiteGateway } from "./view.ts";

/**
 * Sites: shops, restaurants, plants, each with one gateway and its devices. A site's name is unique in its
 * organisation. Its counts are computed when it is read, so that they are never out of step with its devices.
 */
export interface Sites {
  list(scope: Scope, query: SiteQuery): Promise<Result<Page<Site>>>;
  /** What they can be filtered by. */
  choices(scope: Scope): Promise<Result<SiteChoices>>;
  /** The first of them by name, as many as a list has at most, for one to be picked: nothing is counted. */
  brief(scope: Scope): Promise<Result<SiteBrief[]>>;
  /** Code: `record.not-found`. */
  get(scope: Scope, id: string): Promise<Result<Site>>;
  /** Whether it is there, for whoever asks for its devices and need not know more. Code: `record.not-found`. */
  exists(scope: Scope, id: string): Promise<Result<void>>;
  /** Code: `record.conflict` when the name is taken. */
  create(scope: Scope, input: SiteInput): Promise<Result<Site>>;
  /** Codes: `record.not-found`, `record.conflict`; `record.changed` when it is at none of these versions. */
  update(scope: Scope, id: string, input: SiteInput, ifMatch?: IfMatch): Promise<Result<Site>>;
  /**
   * Takes it out of sight with its devices; its gateways are told to wait. All of it comes back with `restore`, until
   * it is deleted for good (`cloud/purge`). Codes: `record.not-found`, `record.changed`.
   */
  remove(scope: Scope, id: string, ifMatch?: IfMatch): Promise<Result<void>>;
  /** Codes: `record.not-found`; `record.conflict` when another site has its name meanwhile. */
  restore(scope: Scope, id: string): Promise<Result<Site>>;
  /** What a CSV file would do to them, or the doing of it. Codes: see `createImport`. */
  importCsv: RunImport;
  /** Those that the filters mean, as a CSV file in pieces. */
  exportCsv(scope: Scope, query: SiteExportQuery): Promise<Result<CsvExport>>;
  /** The site of this name, made when missing: for commands, which have no person's scope. */
  ensure(organizationId: string, name: string): Promise<{ id: string; name: string }>;
}

/** What people need to be allowed. */
export const SITE_NEEDS: Needs<Sites> = {
  list: "site:read",
  choices: "site:read",
  brief: "site:read",
  get: "site:read",
  exists: "device:read",
  create: "site:write",
  update: "site:write",
  remove: "site:write",
  restore: "site:write",
  importCsv: "site:write",
  exportCsv: "site:read",
};

export interface SitesParts {
  db: CloudDatabase;
  clock: Clock;
  random: Random;
  isConnected(gatewayId: string): boolean;
  /** `Hub.refuse`: ends a gateway's session. */
  refuseGateway(gatewayId: string, refusal: Refusal): void;
  /** `Audit.note` */
  note: Note;
}

function orderOf({ sort, deleted }: Pick<SiteQuery, "sort" | "deleted">): SortOrder<SortColumn> {
  const fallback: SortOrder<SortColumn> =
    deleted === "true" ? { column: "deleted_ms", descending: true } : { column: "name", descending: false };
  return orderBy(sort, SORT_COLUMNS, fallback);
}

export function createSites(parts: SitesParts): Sites {
  const { db, clock, random, isConnected, note } = parts;
  /** `only`: devices of the other provenance are not counted. */
  const view = async (
    rows: readonly SiteRow[],
    organizationId: string,
    only?: Provenance,
  ): Promise<Site[]> => {
    const ids = rows.map((row) => row.id);
    const [tags, counts, gateways] = await Promise.all([
      tagsOf(db.read, "site", ids),
      countBySite(db.read, organizationId, ids, only),
      gatewaysOf(db.read, ids),
    ]);
    return rows.map((row) =>
      toSite(row, tags.get(row.id), counts.get(row.id), gateways.get(row.id), isConnected),
    );
  };
  const get = async (scope: Scope, id: string): Promise<Result<Site>> => {
    const row = await findSite(db.read, scope, id);
    if (row === undefined) return refuse("record.not-found", `site ${id}`);
    const [site] = await view([row], scope.organizationId);
    return accept(site!);
  };
  const inputOf = async (trx: Transaction<Tables>, row: SiteRow): Promise<SiteInput> =>
    toInput(row, (await tagsOf(trx, "site", [row.id])).get(row.id));
  const nameTaken = (name: string) =>
    refuse("record.conflict", `there is a site called ${name} already`, [
      { path: "name", message: "is taken by another site" },
    ]);

  return {
    get,

    choices: async (scope) => accept({ tags: await tagsInUse(db.read, "site", scope.organizationId) }),

    brief: async (scope) => accept(await selectBriefly(db.read, scope)),

    async exists(scope, id) {
      const row = await findSite(db.read, scope, id);
      return row === undefined ? refuse("record.not-found", `site ${id}`) : accept(undefined);
    },

    async list(scope, query) {
      const order = orderOf(query);
      const rows = await selectSites(db.read, scope, query, order);
      const { page, nextCursor } = cutPage(rows, query.limit, keyIn(order));
      return accept({
        items: await view(page, scope.organizationId),
        nextCursor,
        total: await totalOf(rows, query, () => countSites(db.read, scope, query)),
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
        await writeTags(trx, "site", { id, organizationId: scope.organizationId }, input.tags);
        await note(trx, scope, { action: "site.create", target: { id, name: input.name }, after: input });
        return true;
      });
      return made ? get(scope, id) : nameTaken(input.name);
    },

    async update(scope, id, input, ifMatch) {
      const outcome = await db.write(async (trx) => {
        const before = await findSite(trx, scope, id);
        if (before === undefined) return "missing";
        const was = await inputOf(trx, before);
        const lost = await refuseLostUpdate(ifMatch, siteFields(was));
        if (lost !== null) return lost;
        const other = await findSiteByName(trx, scope.organizationId, input.name);
        if (other !== undefined && other.id !== id) return "taken";
        await trx
          .updateTable("site")
          .set({ ...toColumns(input), updated_ms: clock.nowMs() })
          .where("id", "=", id)
          .execute();
        await writeTags(trx, "site", { id, organizationId: scope.organizationId }, input.tags);
        const target = { id, name: input.name };
        await note(trx, scope, { action: "site.update", target, before: was, after: input });
        return "done";
      });
      if (outcome === "missing") return refuse("record.not-found", `site ${id}`);
      if (typeof outcome === "object") return outcome;
      return outcome === "taken" ? nameTaken(input.name) : get(scope, id);
    },

    importCsv: createImport(parts, siteImport(parts)),

    async exportCsv(scope, query) {
      const order = orderOf(query);
      const only = onlyOf(query.provenance);
      const rowsToSites = (rows: readonly SiteRow[]) => view(rows, scope.organizationId, only);
      const meant = { ...query, limit: 0 };
      const rest = leftOutOf(query.provenance);
      const leftOut = rest === undefined ? 0 : await countTheirDevices(db.read, scope, meant, rest);
      return accept({ pieces: exportSites(db.read, scope, meant, order, rowsToSites), leftOut });
    },

    remove: (scope, id, ifMatch) =>
      db.write(async (trx) => {
        const before = await findSite(trx, scope, id);
        if (before === undefined) return refuse("record.not-found", `site ${id}`);
        const was = await inputOf(trx, before);
        const lost = await refuseLostUpdate(ifMatch, siteFields(was));
        if (lost !== null) return lost;
        const paused = await hideSite(trx, before, clock.nowMs());
        await note(trx, scope, { action: "site.delete", target: { id, name: before.name }, before: was });
        db.onCommit(trx, () => {
          for (const gateway of paused) {
            parts.refuseGateway(gateway, { code: "site.deleted", detail: `the site ${before.name}` });
          }
        });
        return accept(undefined);
      }),

    async restore(scope, id) {
      const restored = await db.write(async (trx) => {
        const row = await findDeletedSite(trx, scope, id);
        const overMs = clock.nowMs() - DELETED_KEPT_MS;
        if (row === undefined || (row.deleted_ms ?? 0) <= overMs)
          return refuse("record.not-found", `deleted site ${id}`);
        const name = row.deleted_name ?? row.name;
        if ((await findSiteByName(trx, scope.organizationId, name)) !== undefined) return nameTaken(name);
        await showSite(trx, row, clock.nowMs());
        await note(trx, scope, { action: "site.restore", target: { id, name } });
        return accept(undefined);
      });
      return restored.ok ? get(scope, id) : restored;
    },

    ensure: (organizationId, name) =>
      db.write(async (trx) => {
        const found = await findSiteByName(trx, organizationId, name);
        if (found !== undefined) return { id: found.id, name: found.name };
        const nowMs = clock.nowMs();
        const id = makeId(nowMs, random);
        const blank = { description: "", address: "", timeZone: "UTC", name, tags: [], customAttributes: {} };
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
