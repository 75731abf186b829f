import type { Kysely, Transaction } from "kysely";
import { toTimestamp } from "../../protocol/api/list.ts";
import { accept, type FieldError, type Result, refuse, refuseField } from "../../protocol/errors.ts";
import { makeId } from "../../protocol/ids.ts";
import type { NotificationInput, PreviewInput } from "../../protocol/notifications/notification.ts";
import { BUILT_IN_VARIABLES } from "../../protocol/notifications/placeholders.ts";
import type { NotificationTargets } from "../../protocol/notifications/targets.ts";
import { missingVariables, unknownVariables, type Wording } from "../../protocol/notifications/template.ts";
import { DAY } from "../../protocol/units.ts";
import type { Scope } from "../accounts/scope.ts";
import type { Tables } from "../database/tables.ts";
import { checkCron } from "../jobs/jobs.ts";
import { dropQueued, replayable, replaySome } from "./engine/ending.ts";
import { settleNotification, settleRuns } from "./engine/ledger.ts";
import { beginRun } from "./engine/schedule.ts";
import { commonOf, findNotification, type NotificationRow, type NotificationSpec } from "./engine/spec.ts";
import type { NotificationParts, Notifications } from "./notifying.ts";
import { previewOf } from "./previews.ts";
import { findTemplate } from "./templates/template-store.ts";
import { readNotification } from "./view.ts";

/** Making notifications, and ending them. */

type Making = Pick<Notifications, "create" | "preview" | "cancel" | "replay">;

/** For so long a key stands for the first that was made with it. */
export const DEDUPED_MS = DAY;
const REPLAYED_AT_ONCE = 500;

export function createMaking({ db, clock, random, note, engine, sendsBy }: NotificationParts): Making {
  const missing = (id: string) => refuse("record.not-found", `notification ${id}`);

  return {
    async create(scope, input) {
      const nowMs = clock.nowMs();
      const made = await db.write(async (trx): Promise<Result<string>> => {
        const earlier = await findDuplicate(trx, scope, input.dedupeKey, nowMs);
        if (earlier !== undefined) return accept(earlier);
        const looked = await look(trx, scope, input, nowMs);
        if (!looked.ok) return looked;
        const { spec, nextMs } = looked.value;
        const by = await trx
          .selectFrom("user")
          .select("name")
          .where("id", "=", scope.userId)
          .executeTakeFirst();
        const row: NotificationRow = {
          id: makeId(nowMs, random),
          organization_id: scope.organizationId,
          name: input.name ?? commonOf(spec).title.slice(0, 100),
          spec: JSON.stringify(spec),
          status: nextMs === null ? "sending" : "scheduled",
          dedupe_key: input.dedupeKey ?? null,
          next_ms: nextMs,
          created_ms: nowMs,
          created_by: scope.userId,
          created_name: by?.name ?? "",
          cancelled_ms: null,
        };
        await trx.insertInto("notification").values(row).execute();
        if (nextMs === null) await beginRun(trx, scope.organizationId, row.id, nowMs, nowMs);
        const { targets, channels, timing } = input;
        await note(trx, scope, {
          action: "notification.create",
          target: { id: row.id, name: row.name },
          after: { targets: summaryOf(targets), channels: channels ?? null, timing },
        });
        db.onCommit(trx, () => (nextMs === null ? engine.begun(row.id, nowMs) : engine.look()));
        return accept(row.id);
      });
      if (!made.ok) return made;
      const notification = await readNotification(db.read, scope.organizationId, made.value);
      return notification === null ? missing(made.value) : accept(notification);
    },

    async preview(scope, input) {
      const wording = await wordingOf(db.read, scope, input);
      if (!wording.ok) return wording;
      if (input.targets !== undefined) {
        const there = await checkTargets(db.read, scope, input.targets);
        if (!there.ok) return there;
      }
      return previewOf({ db: db.read, random, sendsBy }, scope, input, wording.value.wording, clock.nowMs());
    },

    async cancel(scope, id) {
      const nowMs = clock.nowMs();
      const done = await db.write(async (trx): Promise<Result<void>> => {
        const found = await findNotification(trx, scope.organizationId, id);
        if (found === undefined) return missing(id);
        const { row } = found;
        if (row.status === "cancelled" || row.status === "done")
          return refuse("notification.wrong-state", `it is ${row.status}`);
        await trx
          .updateTable("notification")
          .set({ status: "cancelled", cancelled_ms: nowMs, next_ms: null })
          .where("id", "=", id)
          .execute();
        await note(trx, scope, { action: "notification.cancel", target: { id, name: row.name } });
        return accept(undefined);
      });
      if (!done.ok) return done;
      // Some at a time. Should the process die in between, the rest is ended as it is taken up.
      for (let more = true; more; ) more = await db.write((trx) => dropQueued(trx, id, nowMs));
      const notification = await readNotification(db.read, scope.organizationId, id);
      return notification === null ? missing(id) : accept(notification);
    },

    async replay(scope, { ids, notification }) {
      if (notification !== undefined) {
        const found = await findNotification(db.read, scope.organizationId, notification);
        if (found === undefined) return missing(notification);
      }
      const nowMs = clock.nowMs();
      let replayed = 0;
      for (let some = 1, after = ""; some > 0; ) {
        const meant =
          ids ??
          (await replayable(db.read, scope.organizationId, notification ?? "", after, REPLAYED_AT_ONCE));
        after = meant.at(-1) ?? after;
        some = meant.length;
        if (some === 0) break;
        const done = await db.write(async (trx) => {
          const { deliveries, lanes } = await replaySome(trx, scope.organizationId, meant, nowMs);
          if (deliveries.length > 0)
            await note(trx, scope, {
              action: "notification.replay",
              target: { id: deliveries[0]!.notification_id, name: deliveries[0]!.name },
              after: { deliveries: deliveries.length },
            });
          await settleRuns(trx, deliveries, nowMs);
          for (const one of new Set(deliveries.map((delivery) => delivery.notification_id)))
            await settleNotification(trx, one);
          db.onCommit(trx, () => engine.placed(lanes, null));
          return deliveries.length;
        });
        replayed += done;
        if (ids !== undefined) break;
      }
      if (replayed === 0 && ids !== undefined)
        return refuse("record.not-found", "there are no deliveries of these ids that could be sent again");
      return accept({ replayed });
    },
  };
}

async function findDuplicate(
  trx: Transaction<Tables>,
  { organizationId }: Scope,
  key: string | undefined,
  nowMs: number,
): Promise<string | undefined> {
  if (key === undefined) return undefined;
  const row = await trx
    .selectFrom("notification")
    .select("id")
    .where("organization_id", "=", organizationId)
    .where("dedupe_key", "=", key)
    .where("created_ms", ">", nowMs - DEDUPED_MS)
    .executeTakeFirst();
  return row?.id;
}

/** What the schema cannot know: whether targets and template are there, and whether it ever comes due. */
async function look(
  db: Kysely<Tables>,
  scope: Scope,
  input: NotificationInput,
  nowMs: number,
): Promise<Result<{ spec: NotificationSpec; nextMs: number | null }>> {
  const there = await checkTargets(db, scope, input.targets);
  if (!there.ok) return there;
  const wording = await wordingOf(db, scope, input);
  if (!wording.ok) return wording;
  const { timing } = input;
  let nextMs: number | null = null;
  if (timing.kind === "at") {
    nextMs = Date.parse(timing.at);
    if (nextMs < nowMs) return refuseField("timing.at", `is past: it is ${toTimestamp(nowMs)} now`);
  }
  if (timing.kind === "cron") {
    const comes = checkCron(timing.cron, timing.timeZone ?? "UTC", nowMs);
    if (!comes.ok) return comes;
    nextMs = comes.value;
  }
  const { targets, variables, channels, fallback, quietHours, siteHours, inbox } = input;
  const spec: NotificationSpec = {
    ...{ targets, ...wording.value, variables, channels: channels ?? null, fallback: fallback ?? null },
    ...{ timing, quietHours, siteHours: siteHours ?? null, inbox },
  };
  return accept({ spec, nextMs });
}

/** The wording as it is now. Every place in it must be filled by something. */
async function wordingOf(
  db: Kysely<Tables>,
  { organizationId }: Scope,
  { message, template, variables }: Pick<PreviewInput, "message" | "template" | "variables">,
): Promise<Result<Pick<NotificationSpec, "wording" | "template">>> {
  let wording: Wording;
  let from: NotificationSpec["template"] = null;
  if (message !== undefined) wording = { language: "en", messages: { en: message }, variables: [] };
  else {
    const found = await findTemplate(db, organizationId, template ?? "");
    if (found === undefined) return refuse("record.not-found", `template ${template}`);
    wording = { language: found.language, messages: found.messages, variables: found.variables };
    from = { id: found.id, name: found.name };
  }
  const [unknown] = unknownVariables(wording, variables, BUILT_IN_VARIABLES);
  if (unknown !== undefined)
    return refuseField(`variables.${unknown}`, `is used in the message, and is not given`);
  const [needed] = missingVariables(wording, variables);
  if (needed !== undefined) return refuseField(`variables.${needed}`, "is needed by the template");
  return accept({ wording, template: from });
}

/** Refuses names of what is not there, at its place in the list. */
async function checkTargets(
  db: Kysely<Tables>,
  { organizationId }: Scope,
  targets: NotificationTargets,
): Promise<Result<void>> {
  const errors: FieldError[] = [];
  const look = async (
    field: "devices" | "sites" | "people" | "endpoints",
    what: string,
    find: (ids: string[]) => Promise<{ id: string }[]>,
  ) => {
    const ids = targets[field] ?? [];
    if (ids.length === 0) return;
    const there = new Set((await find([...new Set(ids)])).map(({ id }) => id));
    for (const [index, id] of ids.entries())
      if (!there.has(id))
        errors.push({ path: `targets.${field}.${index}`, message: `there is no such ${what}` });
  };
  for (const [field, table] of [
    ["devices", "device"],
    ["sites", "site"],
    ["endpoints", "push_endpoint"],
  ] as const)
    await look(field, table === "push_endpoint" ? "endpoint" : table, (ids) =>
      db
        .selectFrom(table)
        .select(`${table}.id`)
        .where(`${table}.organization_id`, "=", organizationId)
        .where(`${table}.id`, "in", ids)
        .execute(),
    );
  await look("people", "member", (ids) =>
    db
      .selectFrom("member")
      .select("userId as id")
      .where("organizationId", "=", organizationId)
      .where("userId", "in", ids)
      .execute(),
  );
  const [first] = errors;
  return first === undefined
    ? accept(undefined)
    : refuse("request.invalid", `${first.path}: ${first.message}`, errors);
}

/** For the audit log: of lists how many. */
function summaryOf(targets: NotificationTargets): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(targets).map(([name, value]) => [name, Array.isArray(value) ? value.length : value]),
  );
}
