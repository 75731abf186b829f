import type { Transaction } from "kysely";
import { makeId } from "../../../protocol/ids.ts";
import { SECOND } from "../../../protocol/units.ts";
import type { Tables } from "../../database/tables.ts";
import { Drafts } from "./drafts.ts";
import type { EngineParts } from "./engine-parts.ts";
import { beginFallback } from "./fallback.ts";
import { settleRuns } from "./ledger.ts";
import { type Placing, place } from "./placing.ts";
import {
  type MeantPerson,
  STAGES,
  type Stage,
  selectAddresses,
  selectDevices,
  selectEndpoints,
  selectPeople,
  stageAfter,
} from "./sources.ts";
import { commonOf, type DeliveryRow, type KnownNotification, known, messageTo, type RunRow } from "./spec.ts";

/** Recipients of one transaction. Few enough that others are let in between. */
const AT_ONCE = 250;
const AGAIN_MS = SECOND;

export type FanOutParts = Pick<EngineParts, "db" | "clock" | "random" | "log" | "live"> &
  Pick<Placing, "placed">;

/**
 * Makes the deliveries of runs, some recipients at a time and in turn. How far a run is stands in the database, moved in
 * the transaction that makes the deliveries: who starts again goes on there.
 */
export class FanOut {
  readonly #parts: FanOutParts;
  readonly #wanted = new Map<string, { id: string; slotMs: number; turns: Map<string, number> }>();
  #running: Promise<void> | null = null;
  #stopped = true;
  #cancelLater: (() => void) | null = null;

  constructor(parts: FanOutParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    this.#stopped = false;
    const runs = await this.#parts.db.read
      .selectFrom("notification_run")
      .select(["notification_id", "slot_ms"])
      .where("ended_ms", "is", null)
      .where("stage", "in", STAGES)
      .orderBy("started_ms")
      .execute();
    for (const { notification_id, slot_ms } of runs) this.kick(notification_id, slot_ms);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelLater?.();
    await this.#running;
  }

  /** This run has recipients to look up. */
  kick(id: string, slotMs: number): void {
    const key = `${id} ${slotMs}`;
    if (!this.#wanted.has(key)) this.#wanted.set(key, { id, slotMs, turns: new Map() });
    if (!this.#stopped) this.#running ??= this.#run();
  }

  get isIdle(): boolean {
    return this.#running === null;
  }

  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    for (let [next] = this.#wanted; next !== undefined && !this.#stopped; [next] = this.#wanted) {
      const [key, run] = next;
      this.#wanted.delete(key);
      try {
        if (await this.#page(run.id, run.slotMs, run.turns)) this.#wanted.set(key, run);
      } catch (error) {
        // Nothing of the page is done.
        this.#parts.log.error("recipients could not be looked up", { notification: run.id, error });
        this.#wanted.set(key, run);
        this.#cancelLater = this.#parts.clock.after(AGAIN_MS, () => this.kick(run.id, run.slotMs));
        break;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#running = null;
  }

  /** Whether there is more to do. */
  #page(id: string, slotMs: number, turns: Map<string, number>): Promise<boolean> {
    const { db, clock } = this.#parts;
    return db.write(async (trx) => {
      const run = await trx
        .selectFrom("notification_run")
        .selectAll()
        .where("notification_id", "=", id)
        .where("slot_ms", "=", slotMs)
        .executeTakeFirst();
      if (run === undefined || run.stage === null || run.ended_ms !== null) return false;
      const row = await trx
        .selectFrom("notification")
        .selectAll()
        .where("id", "=", id)
        .executeTakeFirstOrThrow();
      const nowMs = clock.nowMs();
      if (row.cancelled_ms !== null) return this.#end(trx, run, nowMs);
      const { rows, cursor, recipients } = await this.#draft(trx, known(row), run, nowMs);
      await place(this.#parts, trx, rows, turns, nowMs);
      const stage = cursor === null ? stageAfter(run.stage as Stage) : run.stage;
      await trx
        .updateTable("notification_run")
        .set({ stage, cursor: cursor ?? "", recipients: run.recipients + recipients })
        .where("notification_id", "=", id)
        .where("slot_ms", "=", slotMs)
        .execute();
      if (stage === null) await settleRuns(trx, [run], nowMs);
      return stage !== null;
    });
  }

  async #end(trx: Transaction<Tables>, run: RunRow, nowMs: number): Promise<false> {
    await trx
      .updateTable("notification_run")
      .set({ stage: null })
      .where("notification_id", "=", run.notification_id)
      .where("slot_ms", "=", run.slot_ms)
      .execute();
    await settleRuns(trx, [run], nowMs);
    return false;
  }

  /** The next page of a run: deliveries, and where the one after it begins; null when the stage has ended. */
  async #draft(
    trx: Transaction<Tables>,
    notification: KnownNotification,
    run: RunRow,
    nowMs: number,
  ): Promise<{ rows: DeliveryRow[]; cursor: string | null; recipients: number }> {
    const { organization_id: organizationId, slot_ms: slotMs, cursor } = run;
    const targets = notification.spec.targets ?? {};
    const drafts = new Drafts(notification, slotMs, nowMs, this.#parts.random);
    const lastOf = (some: readonly { id: string }[]) =>
      some.length < AT_ONCE ? null : (some.at(-1)?.id ?? null);
    switch (run.stage as Stage) {
      case STAGES[0]: {
        const some = await selectDevices(trx, organizationId, targets, cursor, AT_ONCE);
        return {
          rows: some.flatMap((one) => drafts.device(one)),
          cursor: lastOf(some),
          recipients: some.length,
        };
      }
      case STAGES[1]: {
        const some = await selectPeople(trx, organizationId, targets, cursor, AT_ONCE);
        if (notification.spec.inbox) await this.#tell(trx, notification, slotMs, some, nowMs);
        const rows =
          notification.spec.fallback === null
            ? some.flatMap((one) => drafts.person(one))
            : await beginFallback(trx, notification, slotMs, drafts, some, nowMs);
        return { rows, cursor: lastOf(some), recipients: some.length };
      }
      case STAGES[2]: {
        const some = await selectEndpoints(trx, organizationId, targets, cursor, AT_ONCE);
        return {
          rows: some.flatMap((one) => drafts.endpoint(one)),
          cursor: lastOf(some),
          recipients: some.length,
        };
      }
      case STAGES[3]: {
        const done = Number(cursor);
        const some = selectAddresses(targets, done, AT_ONCE);
        const more = some.length === AT_ONCE ? String(done + AT_ONCE) : null;
        return { rows: some.flatMap((one) => drafts.address(one)), cursor: more, recipients: some.length };
      }
    }
  }

  /** Into the people's inboxes. */
  async #tell(
    trx: Transaction<Tables>,
    { row, spec }: KnownNotification,
    slotMs: number,
    people: readonly MeantPerson[],
    nowMs: number,
  ): Promise<void> {
    if (people.length === 0) return;
    const { priority, category = null } = commonOf(spec);
    const items = people.map(({ id, name, language }) => {
      const message = messageTo(spec, language, { "person.name": name });
      return {
        ...{ id: makeId(nowMs, this.#parts.random), organization_id: row.organization_id, user_id: id },
        ...{ notification_id: row.id, slot_ms: slotMs, message: JSON.stringify(message) },
        ...{ title: message.title, priority, category, at_ms: nowMs, read_ms: null },
      };
    });
    const told: string[] = [];
    for (let from = 0; from < items.length; from += 100) {
      const some = await trx
        .insertInto("inbox_item")
        .values(items.slice(from, from + 100))
        .onConflict((conflict) => conflict.doNothing())
        .returning("user_id")
        .execute();
      told.push(...some.map((one) => one.user_id));
    }
    const { live, db } = this.#parts;
    if (told.length === 0 || !live.isHeard(row.organization_id)) return;
    // Each in their own language, and what is about somebody to nobody else.
    const news = new Set(told);
    const alike = Map.groupBy(
      items.filter((item) => news.has(item.user_id)),
      (item) => item.title,
    );
    db.onCommit(trx, () => {
      for (const [title, some] of alike)
        live.publish(
          row.organization_id,
          { type: "notification:new", notification: row.id, title, priority, at: nowMs },
          new Set(some.map((item) => item.user_id)),
        );
    });
  }
}
