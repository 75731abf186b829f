import { type Page, toTimestamp } from "../../protocol/api/list.ts";
import type { Clock } from "../../protocol/clock.ts";
import type { ConfigValues } from "../../protocol/config/device-config.ts";
import type { DeviceChoices } from "../../protocol/devices/choices.ts";
import {
  DEVICE_FIELDS,
  type Device,
  type DeviceDetail,
  type DeviceExportQuery,
  type DeviceInput,
  type DevicePatch,
  type DeviceQuery,
  type LatestValue,
} from "../../protocol/devices/device.ts";
import { leftOutOf, onlyOf } from "../../protocol/devices/provenance.ts";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import type { Random } from "../../protocol/random.ts";
import type { Needs, Scope } from "../accounts/scope.ts";
import type { Note } from "../audit/audit.ts";
import { type ConfigLayers, layersOf } from "../config-layers/config-layers.ts";
import type { CloudDatabase } from "../database/database.ts";
import { cutPage, orderBy, type SortOrder } from "../database/paging.ts";
import type { CsvExport } from "../http/csv.ts";
import { type Fields, type IfMatch, pick, refuseLostUpdate } from "../http/versions.ts";
import { createImport, type RunImport } from "../imports/imports.ts";
import { tagsOf } from "../labels/labels.ts";
import { choicesOf } from "./choices.ts";
import { conductsOf } from "./conduct.ts";
import { placeFor } from "./device-creation.ts";
import { exportDevices } from "./device-csv.ts";
import { canReturn, hideDevice, showDevice } from "./device-deletion.ts";
import { deviceImport } from "./device-import.ts";
import { changeDevice, insertExpected } from "./device-writes.ts";
import { healthFactsOf } from "./health-facts.ts";
import {
  countDevices,
  type DeviceRow,
  findConfig,
  findDeletedDevice,
  findDevice,
  findDevices,
  gatewayLastSeen,
  keyIn,
  latestForHealth,
  SORT_COLUMNS,
  type SortColumn,
  selectDevices,
} from "./store.ts";
import { toConfig, toDevice } from "./view.ts";

export { createDeviceApplier } from "./apply.ts";
export { findNeedy } from "./attention.ts";
export { BULK_NEEDS, type BulkChanges, createBulkChanges } from "./bulk.ts";
export { conductsOf } from "./conduct.ts";
export { countByProvenance, countBySite, hasProblems, noDevices, sumCounts } from "./counts.ts";
export { readFilterAddress } from "./filter-address.ts";
export { healthOf } from "./health-rules.ts";
export { rememberRemoved } from "./removed.ts";
export { matching as devicesMeant } from "./store.ts";

/**
 * Devices as people see them. Lifecycle is what people decided, connectivity what the gateway said, health what is
 * computed from the newest values; none is ever written into another.
 */
export interface Devices {
  list(scope: Scope, query: DeviceQuery): Promise<Result<Page<Device>>>;
  /** Those of these ids that there are, in their order. For other capabilities, which ask whether one may see them. */
  some(scope: Scope, ids: readonly string[]): Promise<Device[]>;
  /** What they can be filtered by. */
  choices(scope: Scope): Promise<Result<DeviceChoices>>;
  /** Code: `record.not-found`. */
  get(scope: Scope, id: string): Promise<Result<DeviceDetail>>;
  /**
   * Changes what the patch names. Codes: `record.not-found`; `record.conflict` when it is to come back to a site that
   * is deleted; `record.changed` when it is at none of these versions.
   */
  patch(scope: Scope, id: string, patch: DevicePatch, ifMatch?: IfMatch): Promise<Result<DeviceDetail>>;
  /**
   * Makes one that is expected: it becomes active as soon as its gateway knows it. Codes: `request.invalid` at
   * `siteId`, `record.conflict` at `key`.
   */
  create(scope: Scope, input: DeviceInput): Promise<Result<DeviceDetail>>;
  /**
   * Takes it out of sight. It comes back with `restore`, until it is deleted for good. Codes: `record.not-found`,
   * `record.changed`.
   */
  remove(scope: Scope, id: string, ifMatch?: IfMatch): Promise<Result<void>>;
  /** Brings back one that was deleted or retired. Codes: as `patch`. */
  restore(scope: Scope, id: string): Promise<Result<DeviceDetail>>;
  /** Wants this configuration of the device, over what is wanted of all like it; its gateway is told when it is next connected. Codes: as `patch`. */
  setDesiredConfig(
    scope: Scope,
    id: string,
    config: ConfigValues,
    ifMatch?: IfMatch,
  ): Promise<Result<DeviceDetail>>;
  /** What a CSV file would do to them, or the doing of it. Codes: see `createImport`. */
  importCsv: RunImport;
  /** Those that the filters mean, as a CSV file in pieces. */
  exportCsv(scope: Scope, query: DeviceExportQuery): Promise<Result<CsvExport>>;
}

/** What people need to be allowed. */
export const DEVICE_NEEDS: Needs<Devices> = {
  list: "device:read",
  choices: "device:read",
  get: "device:read",
  patch: "device:write",
  create: "device:write",
  remove: "device:write",
  restore: "device:write",
  setDesiredConfig: "device:write",
  importCsv: "device:write",
  exportCsv: "device:read",
};

export interface DevicesParts {
  db: CloudDatabase;
  clock: Clock;
  random: Random;
  /** The newest value of each metric of a device. */
  latest(scope: Scope, deviceId: string): Promise<Result<LatestValue[]>>;
  /** `Hub.isConnected` */
  isConnected(gatewayId: string): boolean;
  /** What is wanted of a device alone is one layer of what is wanted of it. */
  layers: Pick<ConfigLayers, "set">;
  /** `Audit.note` */
  note: Note;
}

const BY_NAME: SortOrder<SortColumn> = { column: "device.name", descending: false };
const orderOf = ({ sort }: Pick<DeviceQuery, "sort">) => orderBy(sort, SORT_COLUMNS, BY_NAME);

export function createDevices(parts: DevicesParts): Devices {
  const { db, clock } = parts;

  const detail = async (scope: Scope, id: string): Promise<Result<DeviceDetail>> => {
    const row = await findDevice(db.read, scope, id);
    if (row === undefined) return refuse("record.not-found", `device ${id}`);
    const [tags, latest, health, conducts, config, layers, gatewaySeenMs] = await Promise.all([
      tagsOf(db.read, "device", [id]),
      parts.latest(scope, id),
      latestForHealth(db.read, [id]),
      conductsOf(db.read, [id]),
      findConfig(db.read, id),
      layersOf(db.read, [row]),
      gatewayLastSeen(db.read, row.gateway_id),
    ]);
    if (!latest.ok) return latest;
    return accept({
      ...toDevice(
        row,
        tags.get(id),
        health.get(id) ?? NOTHING,
        parts.isConnected(row.gateway_id),
        conducts.get(id),
      ),
      latest: latest.value,
      gatewayLastSeenAt: gatewaySeenMs === null ? null : toTimestamp(gatewaySeenMs),
      clockAheadMs: conducts.get(id)?.clock?.aheadMs ?? null,
      config: toConfig(config, layers.get(id) ?? {}),
    });
  };

  const gone = () =>
    refuse("record.conflict", "its site is deleted; restore the site, and its devices come back");

  const patch: Devices["patch"] = async (scope, id, patch, ifMatch) => {
    const changed = await db.write(async (trx) => {
      const row = await findDevice(trx, scope, id);
      if (row === undefined) return refuse("record.not-found", `device ${id}`);
      const tags = (await tagsOf(trx, "device", [id])).get(id);
      const before = deviceFields(toDevice(row, tags, NOTHING, false));
      const lost = await refuseLostUpdate(ifMatch, before);
      if (lost !== null) return lost;
      if (row.site_deleted_ms !== null && !["retired", undefined].includes(patch.lifecycle)) {
        return gone();
      }
      await changeDevice(trx, scope, row, patch, clock.nowMs());
      await parts.note(trx, scope, {
        action: "device.update",
        target: { id, name: patch.name ?? row.name },
        before,
        after: { ...before, ...patch },
      });
      return accept(undefined);
    });
    return changed.ok ? detail(scope, id) : changed;
  };

  return {
    get: detail,
    patch,

    async some(scope, ids) {
      const found = await toDevices(parts, await findDevices(db.read, scope, ids));
      const byId = new Map(found.map((device) => [device.id, device]));
      return ids.map((id) => byId.get(id)).filter((device) => device !== undefined);
    },

    choices: async (scope) => accept(await choicesOf(db.read, scope)),

    async list(scope, query) {
      const order = orderOf(query);
      const total = await countDevices(db.read, scope, query);
      const rows = total === 0 ? [] : await selectDevices(db.read, scope, query, order, total);
      const { page, nextCursor } = cutPage(rows, query.limit, keyIn(order));
      return accept({ items: await toDevices(parts, page), nextCursor, total });
    },

    importCsv: createImport(parts, deviceImport(parts)),

    async exportCsv(scope, query) {
      const order = orderOf(query);
      const rowsToDevices = (rows: readonly DeviceRow[]) => toDevices(parts, rows);
      const meant = { ...query, provenance: onlyOf(query.provenance), limit: 0 };
      const rest = leftOutOf(query.provenance);
      const leftOut =
        rest === undefined ? 0 : await countDevices(db.read, scope, { ...meant, provenance: rest });
      return accept({ pieces: exportDevices(db.read, scope, meant, order, rowsToDevices), leftOut });
    },

    async create(scope, input) {
      const made = await db.write(async (trx) => {
        const place = await placeFor(trx, scope, input);
        if (!place.ok) return place;
        const [id = ""] = await insertExpected(trx, scope, [place.value], clock.nowMs(), parts);
        const target = { id, name: input.name ?? input.key };
        await parts.note(trx, scope, { action: "device.create", target, after: input });
        return accept(id);
      });
      return made.ok ? detail(scope, made.value) : made;
    },

    remove: (scope, id, ifMatch) =>
      db.write(async (trx) => {
        const row = await findDevice(trx, scope, id);
        if (row === undefined) return refuse("record.not-found", `device ${id}`);
        const tags = (await tagsOf(trx, "device", [id])).get(id);
        const before = deviceFields(toDevice(row, tags, NOTHING, false));
        const lost = await refuseLostUpdate(ifMatch, before);
        if (lost !== null) return lost;
        await hideDevice(trx, row, clock.nowMs());
        await parts.note(trx, scope, { action: "device.delete", target: { id, name: row.name }, before });
        return accept(undefined);
      }),

    async restore(scope, id) {
      const shown = await db.write(async (trx) => {
        const row = await findDeletedDevice(trx, scope, id);
        if (row === undefined) return null;
        if (!canReturn(row, clock.nowMs())) return refuse("record.not-found", `deleted device ${id}`);
        if (row.site_deleted_ms !== null) return gone();
        await showDevice(trx, row, clock.nowMs());
        await parts.note(trx, scope, { action: "device.restore", target: { id, name: row.name } });
        return accept(undefined);
      });
      if (shown === null) return patch(scope, id, { lifecycle: "active" });
      return shown.ok ? detail(scope, id) : shown;
    },

    async setDesiredConfig(scope, id, config, ifMatch) {
      const changed = await parts.layers.set(scope, { level: "device", subject: id }, config, ifMatch);
      return changed.ok ? detail(scope, id) : changed;
    },
  };
}

/** What a device's version is made of. */
export const deviceFields = (device: Device): Fields => pick(device, DEVICE_FIELDS);

/** What the version of what is wanted of it alone is made of. */
export const configFields = ({ own }: DeviceDetail["config"]): Fields => ({ config: own ?? {} });

const NOTHING: ReadonlyMap<string, unknown> = new Map();

async function toDevices(
  { db, isConnected }: Pick<DevicesParts, "db" | "isConnected">,
  rows: readonly DeviceRow[],
): Promise<Device[]> {
  const [tags, facts] = await Promise.all([
    tagsOf(
      db.read,
      "device",
      rows.map(({ id }) => id),
    ),
    healthFactsOf(db.read, rows),
  ]);
  return rows.map((row) => {
    const { latest = NOTHING, conduct } = facts.get(row.id) ?? {};
    return toDevice(row, tags.get(row.id), latest, isConnected(row.gateway_id), conduct);
  });
}
