/**
 * Firmware that jobs bring to devices: what it is in the database, its bytes as files beside it.
 *
 * Promises: what is listed is on the disk, whole, and its SHA-256 is that of the bytes; what a job needs is not deleted; a
 * gateway is given the bytes of its own organisation's firmware and no others. Never looks into the bytes, never sends
 * anything by itself.
 */
import type { Logger } from "@logtape/logtape";
import type { Transaction } from "kysely";
import { type Page, toTimestamp } from "../../protocol/api/list.ts";
import type { Clock } from "../../protocol/clock.ts";
import { accept, type Result, refuse, refuseField } from "../../protocol/errors.ts";
import type { Firmware, FirmwareQuery, FirmwareUpload } from "../../protocol/firmware/firmware.ts";
import { makeId } from "../../protocol/ids.ts";
import type { Random } from "../../protocol/random.ts";
import { MIB } from "../../protocol/units.ts";
import type { Needs, Scope } from "../accounts/scope.ts";
import type { Note } from "../audit/audit.ts";
import type { CloudDatabase } from "../database/database.ts";
import { cutPage, orderBy } from "../database/paging.ts";
import type { Tables } from "../database/tables.ts";
import type { ByteRange } from "../http/byte-range.ts";
import { FirmwareFiles, type Incoming } from "./firmware-files.ts";
import { FirmwareRemoval } from "./removing.ts";
import {
  countFirmware,
  findByBytes,
  isTaken,
  NEWEST_FIRST,
  type ShownFirmware,
  SORT_COLUMNS,
  selectFirmware,
  showFirmware,
  totalBytes,
} from "./store.ts";

export { findFirmware } from "./store.ts";

export interface Firmwares {
  list(scope: Scope, query: FirmwareQuery): Promise<Result<Page<Firmware>>>;
  /** Code: `record.not-found`. */
  get(scope: Scope, id: string): Promise<Result<Firmware>>;
  /**
   * Takes bytes in as they come. `sizeBytes`: how many were announced, null when nobody said. Codes: `record.conflict` (name
   * and version are taken), `request.too-large`, `firmware.no-room`, `firmware.damaged`, `request.invalid` (there are none).
   */
  upload(
    scope: Scope,
    about: FirmwareUpload,
    body: AsyncIterable<Uint8Array>,
    sizeBytes: number | null,
  ): Promise<Result<Firmware>>;
  /** Whether it would be taken, before its bytes are sent. Codes: as `upload`, of what is known by then. */
  check(scope: Scope, about: FirmwareUpload, sizeBytes: number | null): Promise<Result<void>>;
  /** Takes it out of sight; for a day it can be restored. Codes: `record.not-found`, `firmware.in-use`. */
  remove(scope: Scope, id: string): Promise<Result<void>>;
  /** Codes: `record.not-found`, `record.conflict` (another has its name and version by now). */
  restore(scope: Scope, id: string): Promise<Result<Firmware>>;
  /** Lets go for good what was deleted and not restored in time. */
  purge(): Promise<void>;
  /** The largest that is taken, bytes. */
  maxBytes(): number;
  /** What an organisation's gateway is given. Code: `record.not-found`. */
  content(organizationId: string, sha256: string): Promise<Result<FirmwareContent>>;
  /** Forgets what a crash has left of uploads. */
  start(): Promise<void>;
}

export interface FirmwareContent {
  sizeBytes: number;
  /** Null when they have gone since. */
  read(part: ByteRange): Promise<ReadableStream<Uint8Array> | null>;
}

export interface FirmwareSettings {
  /** Where the bytes are. */
  directory: string;
  /** Of one firmware. */
  maxBytes: number;
  /** Of all of an organisation. */
  totalBytes: number;
}

export interface FirmwareParts {
  db: CloudDatabase;
  clock: Clock;
  random: Random;
  log: Logger;
  note: Note;
  settings: FirmwareSettings;
}

/** What people need to be allowed. */
export const FIRMWARE_NEEDS: Needs<Firmwares> = {
  list: "job:read",
  get: "job:read",
  upload: "firmware:write",
  check: "firmware:write",
  remove: "firmware:write",
  restore: "firmware:write",
};

export function createFirmwares(parts: FirmwareParts): Firmwares {
  const { db, clock, random, log, note, settings } = parts;
  const files = new FirmwareFiles(settings.directory);
  const removal = new FirmwareRemoval({ db, clock, log, note, files });

  const get: Firmwares["get"] = async (scope, id) => {
    const row = await showFirmware(db.read, scope.organizationId, id);
    return row === undefined ? refuse("record.not-found", `firmware ${id}`) : accept(toFirmware(row));
  };

  /** Why it cannot be taken; null when it can. */
  const refusalOf = async (
    read: Transaction<Tables> | CloudDatabase["read"],
    { organizationId }: Scope,
    about: FirmwareUpload,
    sizeBytes: number,
  ): Promise<ReturnType<typeof refuse> | null> => {
    if (await isTaken(read, organizationId, about))
      return refuse("record.conflict", `there is ${about.name} ${about.version} already`, [
        { path: "version", message: "is taken by another firmware of this name" },
      ]);
    if ((await totalBytes(read, organizationId)).there + sizeBytes > settings.totalBytes)
      return refuse("firmware.no-room", `at most ${settings.totalBytes / MIB} MiB in all`);
    return null;
  };
  const check: Firmwares["check"] = async (scope, about, sizeBytes) => {
    if ((sizeBytes ?? 0) > settings.maxBytes)
      return refuse("request.too-large", `at most ${settings.maxBytes} bytes`);
    return (await refusalOf(db.read, scope, about, sizeBytes ?? 0)) ?? accept(undefined);
  };

  const take = async (scope: Scope, about: FirmwareUpload, came: Incoming): Promise<Result<string>> => {
    if (came.sizeBytes === 0) return refuseField("body", "must have the bytes of the firmware");
    if (about.sha256 !== undefined && about.sha256 !== came.sha256)
      return refuse(
        "firmware.damaged",
        `the SHA-256 of the ${came.sizeBytes} bytes that came is ${came.sha256}`,
      );
    return db.write(async (trx) => {
      const refused = await refusalOf(trx, scope, about, came.sizeBytes);
      if (refused !== null) return refused;
      const total = await totalBytes(trx, scope.organizationId);
      // What is deleted keeps its room until somebody needs it.
      if (total.there + total.deleted + came.sizeBytes > settings.totalBytes)
        await removal.makeRoom(trx, scope.organizationId);
      const by = await trx
        .selectFrom("user")
        .select("name")
        .where("id", "=", scope.userId)
        .executeTakeFirst();
      const nowMs = clock.nowMs();
      const { name, version, deviceType = null } = about;
      const { sha256, sizeBytes } = came;
      const id = makeId(nowMs, random);
      await trx
        .insertInto("firmware")
        .values({
          ...{ id, name, version, sha256, organization_id: scope.organizationId },
          ...{ device_type: deviceType, size_bytes: sizeBytes },
          ...{ created_ms: nowMs, created_by: scope.userId, created_name: by?.name ?? "", deleted_ms: null },
        })
        .execute();
      const after = { version, deviceType, sha256, sizeBytes };
      await note(trx, scope, {
        action: "firmware.upload",
        target: { id, name: `${name} ${version}` },
        after,
      });
      // Within the transaction: what is removed with the last of its records is not what has just come.
      await files.keep(came);
      return accept(id);
    });
  };

  return {
    get,
    check,
    start: () => files.start(),
    maxBytes: () => settings.maxBytes,

    async list(scope, query) {
      const order = orderBy(query.sort, SORT_COLUMNS, NEWEST_FIRST);
      const rows = await selectFirmware(db.read, scope, query, order);
      const keyOf = (firmware: (typeof rows)[number]) => ({ value: firmware[order.column], id: firmware.id });
      const { page, nextCursor } = cutPage(rows, query.limit, keyOf);
      return accept({
        items: page.map(toFirmware),
        nextCursor,
        total: await countFirmware(db.read, scope, query),
      });
    },

    async upload(scope, about, body, sizeBytes) {
      const taken = await check(scope, about, sizeBytes);
      if (!taken.ok) return taken;
      const came = await files.receive(body, settings.maxBytes);
      if (!came.ok) return came;
      try {
        const taken = await take(scope, about, came.value);
        return taken.ok ? get(scope, taken.value) : taken;
      } finally {
        await files.discard(came.value.path);
      }
    },

    remove: (scope, id) => removal.remove(scope, id),

    async restore(scope, id) {
      const restored = await removal.restore(scope, id);
      return restored.ok ? get(scope, id) : restored;
    },

    purge: () => removal.purge(),

    async content(organizationId, sha256) {
      const row = await findByBytes(db.read, organizationId, sha256);
      if (row === undefined) return refuse("record.not-found", `firmware with the SHA-256 ${sha256}`);
      return accept({ sizeBytes: Number(row.size_bytes), read: (part) => files.read(sha256, part) });
    },
  };
}

function toFirmware(row: ShownFirmware): Firmware {
  return {
    id: row.id,
    name: row.name,
    version: row.version,
    deviceType: row.device_type,
    sha256: row.sha256,
    sizeBytes: Number(row.size_bytes),
    openJobs: Number(row.open_jobs),
    jobs: row.jobs,
    devices: Number(row.devices),
    createdAt: toTimestamp(row.created_ms),
    createdBy: { id: row.created_by, name: row.created_name },
  };
}
