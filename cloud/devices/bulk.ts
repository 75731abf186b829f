import { type Kysely, sql, type Transaction } from "kysely";
import { toTimestamp } from "../../protocol/api/list.ts";
import type { Clock } from "../../protocol/clock.ts";
import type {
  BulkAction,
  BulkChange,
  BulkChangeInput,
  BulkPreview,
  BulkTargets,
} from "../../protocol/devices/bulk.ts";
import { provenanceOf } from "../../protocol/devices/provenance.ts";
import { accept, type Result, refuse, refuseField } from "../../protocol/errors.ts";
import { makeId } from "../../protocol/ids.ts";
import { TAGS_MAX } from "../../protocol/labels/tags.ts";
import type { Random } from "../../protocol/random.ts";
import type { Needs, Scope } from "../accounts/scope.ts";
import type { Note } from "../audit/audit.ts";
import type { CloudDatabase } from "../database/database.ts";
import type { Tables } from "../database/tables.ts";
import { hideDevices, showDevices } from "./device-deletion.ts";
import { matching } from "./store.ts";

/**
 * One change of many devices, picked ones or all that a filter means.
 *
 * Promises: all of them are changed in one transaction, or none; what the change did not do (a tag a device had
 * already) its undo does not take away; a filter that means more or fewer devices than the person saw changes nothing.
 */
export interface BulkChanges {
  /** How many devices are meant, and some of them. */
  preview(scope: Scope, targets: BulkTargets): Promise<Result<BulkPreview>>;
  /** Code: `record.conflict` when not as many devices are meant as `expected`, or one would have too many tags. */
  run(scope: Scope, input: BulkChangeInput): Promise<Result<BulkChange>>;
  /** Code: `record.not-found`. */
  get(scope: Scope, id: string): Promise<Result<BulkChange>>;
  /** Codes: `record.not-found`; `record.conflict` when it is undone already. */
  undo(scope: Scope, id: string): Promise<Result<BulkChange>>;
}

/** What people need to be allowed. */
export const BULK_NEEDS: Needs<BulkChanges> = {
  preview: "device:write",
  run: "device:write",
  get: "device:write",
  undo: "device:write",
};

export interface BulkParts {
  db: CloudDatabase;
  clock: Clock;
  random: Random;
  /** `Audit.note` */
  note: Note;
}

const NAMES_SHOWN = 8;

export function createBulkChanges({ db, clock, random, note }: BulkParts): BulkChanges {
  const get = async (scope: Scope, id: string): Promise<Result<BulkChange>> => {
    const row = await find(db.read, scope, id);
    return row === undefined ? refuse("record.not-found", `bulk change ${id}`) : accept(toBulkChange(row));
  };

  return {
    get,

    async preview(scope, targets) {
      const some = await meant(db.read, scope, targets)
        .innerJoin("site", "site.id", "device.site_id")
        .select(["device.id", "device.name", "site.name as siteName", "device.provenance"])
        .orderBy("device.name")
        .limit(NAMES_SHOWN)
        .execute();
      return accept({
        total: await count(db.read, scope, targets),
        some: some.map((one) => ({ ...one, provenance: provenanceOf(one.provenance === "simulated") })),
      });
    },

    async run(scope, { targets, action, expected }) {
      const id = makeId(clock.nowMs(), random);
      const done = await db
        .write(async (trx) => {
          const total = await count(trx, scope, targets);
          if (expected !== undefined && expected !== total) {
            return refuse("record.conflict", `${total} devices are meant now, not ${expected}; look again`);
          }
          const nowMs = clock.nowMs();
          const row = { id, organization_id: scope.organizationId, action: JSON.stringify(action) };
          await trx
            .insertInto("bulk_change")
            .values({ ...row, targets: total, changed: 0, made_ms: nowMs, undone_ms: null })
            .execute();
          const changed = await remember(trx, scope, id, targets, action);
          await trx.updateTable("bulk_change").set({ changed }).where("id", "=", id).execute();
          await apply(trx, scope, id, action, nowMs);
          if (action.kind === "add-tag" && (await someHaveTooManyTags(trx, id))) throw new TooManyTags();
          const target = { id, name: devices(changed) };
          await note(trx, scope, { action: "device.bulk", target, after: { action, targets, changed } });
          return accept(undefined);
        })
        .catch((error: unknown) => {
          if (!(error instanceof TooManyTags)) throw error;
          return refuseField("action.tag", `a device would have more than ${TAGS_MAX} tags with it`);
        });
      return done.ok ? get(scope, id) : done;
    },

    async undo(scope, id) {
      const undone = await db.write(async (trx) => {
        const row = await find(trx, scope, id);
        if (row === undefined) return refuse("record.not-found", `bulk change ${id}`);
        if (row.undone_ms !== null) return refuse("record.conflict", "it is undone already");
        const nowMs = clock.nowMs();
        const action = JSON.parse(row.action) as BulkAction;
        if (action.kind === "delete") await showDevices(trx, id, row.made_ms, nowMs);
        else await takeBack(trx, scope, id, action, nowMs);
        await trx.updateTable("bulk_change").set({ undone_ms: nowMs }).where("id", "=", id).execute();
        const target = { id, name: devices(row.changed) };
        await note(trx, scope, { action: "device.bulk-undo", target, before: { action } });
        return accept(undefined);
      });
      return undone.ok ? get(scope, id) : undone;
    },
  };
}

class TooManyTags extends Error {}

const devices = (number: number): string => (number === 1 ? "1 device" : `${number} devices`);

function find(db: Kysely<Tables>, scope: Scope, id: string) {
  return db
    .selectFrom("bulk_change")
    .selectAll()
    .where("organization_id", "=", scope.organizationId)
    .where("id", "=", id)
    .executeTakeFirst();
}

function toBulkChange(row: NonNullable<Awaited<ReturnType<typeof find>>>): BulkChange {
  return {
    id: row.id,
    action: JSON.parse(row.action) as BulkAction,
    targets: row.targets,
    changed: row.changed,
    madeAt: toTimestamp(row.made_ms),
    undoneAt: row.undone_ms === null ? null : toTimestamp(row.undone_ms),
  };
}

/** The devices that are meant. Picked ones may be retired; a filter says so itself. */
function meant(db: Kysely<Tables>, scope: Scope, { ids, filter }: BulkTargets) {
  if (filter !== undefined) return matching(db, scope, filter);
  return db
    .selectFrom("device")
    .where("device.organization_id", "=", scope.organizationId)
    .where("device.deleted_ms", "is", null)
    .where("device.id", "in", [...new Set(ids)]);
}

async function count(db: Kysely<Tables>, scope: Scope, targets: BulkTargets): Promise<number> {
  const { total } = await meant(db, scope, targets)
    .select((select) => select.fn.countAll<number>().as("total"))
    .executeTakeFirstOrThrow();
  return total;
}

/** Writes down those of the devices that the action changes, as they are before. Returns how many. */
async function remember(
  trx: Transaction<Tables>,
  scope: Scope,
  id: string,
  targets: BulkTargets,
  action: BulkAction,
): Promise<number> {
  let select = meant(trx, scope, targets);
  const tagged = (tag: string) =>
    trx
      .selectFrom("device_tag")
      .select("device_id")
      .where("organization_id", "=", scope.organizationId)
      .where("tag", "=", tag);
  if (action.kind === "add-tag") select = select.where("device.id", "not in", tagged(action.tag));
  if (action.kind === "remove-tag") select = select.where("device.id", "in", tagged(action.tag));
  if (action.kind === "retire") select = select.where("device.lifecycle", "!=", "retired");
  if (action.kind === "restore") {
    // What went with a deleted site comes back with it.
    select = select
      .where("device.lifecycle", "=", "retired")
      .where("device.site_id", "not in", deletedSites(trx));
  }
  const written = await trx
    .insertInto("bulk_change_device")
    .columns(["bulk_change_id", "device_id", "lifecycle"])
    .expression(select.select([sql<string>`${id}`.as("bulk_change_id"), "device.id", "device.lifecycle"]))
    .executeTakeFirst();
  return Number(written.numInsertedOrUpdatedRows ?? 0);
}

const deletedSites = (trx: Transaction<Tables>) =>
  trx.selectFrom("site").select("id").where("deleted_ms", "is not", null);

const changedBy = (trx: Transaction<Tables>, id: string) =>
  trx.selectFrom("bulk_change_device").select("device_id").where("bulk_change_id", "=", id);

async function addTag(trx: Transaction<Tables>, scope: Scope, id: string, tag: string): Promise<void> {
  await trx
    .insertInto("device_tag")
    .columns(["device_id", "tag", "organization_id"])
    .expression(
      changedBy(trx, id).select([
        sql<string>`${tag}`.as("tag"),
        sql<string>`${scope.organizationId}`.as("organization_id"),
      ]),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function removeTag(trx: Transaction<Tables>, id: string, tag: string): Promise<void> {
  await trx
    .deleteFrom("device_tag")
    .where("tag", "=", tag)
    .where("device_id", "in", changedBy(trx, id))
    .execute();
}

async function someHaveTooManyTags(trx: Transaction<Tables>, id: string): Promise<boolean> {
  const found = await trx
    .selectFrom("device_tag")
    .select("device_id")
    .where("device_id", "in", changedBy(trx, id))
    .groupBy("device_id")
    .having((eb) => eb(eb.fn.countAll(), ">", TAGS_MAX))
    .limit(1)
    .execute();
  return found.length > 0;
}

async function apply(
  trx: Transaction<Tables>,
  scope: Scope,
  id: string,
  action: BulkAction,
  nowMs: number,
): Promise<void> {
  if (action.kind === "add-tag") await addTag(trx, scope, id, action.tag);
  if (action.kind === "remove-tag") await removeTag(trx, id, action.tag);
  if (action.kind === "delete") return hideDevices(trx, id, nowMs);
  await trx
    .updateTable("device")
    .set({
      updated_ms: nowMs,
      ...(action.kind === "retire" ? { lifecycle: "retired", retired_ms: nowMs, retired_from: null } : {}),
      ...(action.kind === "restore" ? { lifecycle: "active", retired_ms: null, retired_from: null } : {}),
    })
    .where("id", "in", changedBy(trx, id))
    .execute();
}

/** Undoes it, but for devices that somebody has changed in this very regard since. */
async function takeBack(
  trx: Transaction<Tables>,
  scope: Scope,
  id: string,
  action: BulkAction,
  nowMs: number,
): Promise<void> {
  if (action.kind === "add-tag") await removeTag(trx, id, action.tag);
  if (action.kind === "remove-tag") await addTag(trx, scope, id, action.tag);
  if (action.kind !== "retire" && action.kind !== "restore") return;
  const still = action.kind === "retire" ? "retired" : "active";
  await trx
    .updateTable("device")
    .set((eb) => ({
      updated_ms: nowMs,
      retired_ms: action.kind === "retire" ? null : nowMs,
      lifecycle: eb
        .selectFrom("bulk_change_device")
        .select("bulk_change_device.lifecycle")
        .whereRef("bulk_change_device.device_id", "=", "device.id")
        .where("bulk_change_id", "=", id)
        .$asScalar(),
    }))
    .where("id", "in", changedBy(trx, id))
    .where("lifecycle", "=", still)
    .where("deleted_ms", "is", null)
    .where("site_id", "not in", deletedSites(trx))
    .execute();
}
