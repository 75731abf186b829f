import { sql, type Transaction } from "kysely";
import type { DeliveryState } from "../../../protocol/notifications/delivery.ts";
import type { CountedEvent } from "../../../protocol/notifications/statistics.ts";
import { DAY } from "../../../protocol/units.ts";
import { preparedForEach } from "../../database/prepared.ts";
import type { Tables } from "../../database/tables.ts";
import type { DeliveryRow } from "./spec.ts";

type Moved = Pick<DeliveryRow, "organization_id" | "notification_id" | "slot_ms" | "channel">;
type Counted = Moved & Pick<DeliveryRow, "simulated">;

/** Reasons are told in a platform's own words: of each so much is counted as one. */
const REASON_MAX_LENGTH = 120;
const WITH_REASON: readonly CountedEvent[] = ["failed", "expired", "dropped", "retried"];

interface Count<Of = Counted> {
  of: Of;
  /** A state, or an event. */
  what: string;
  by: number;
}

type StateCount = readonly [string, number, string, string, string, number];
const countStates = preparedForEach(
  (db, ...[notification_id, slot_ms, channel, state, organization_id, deliveries]: StateCount) =>
    db
      .insertInto("notification_count")
      .values({ notification_id, slot_ms, channel, state, organization_id, deliveries })
      .onConflict((conflict) =>
        conflict
          .columns(["notification_id", "slot_ms", "channel", "state"])
          .doUpdateSet({ deliveries: sql<number>`notification_count.deliveries + excluded.deliveries` }),
      ),
);

type DayCount = readonly [string, number, string, string, number, number];
const countDays = preparedForEach(
  (db, ...[organization_id, day, channel, event, simulated, deliveries]: DayCount) =>
    db
      .insertInto("delivery_day")
      .values({ organization_id, day, channel, event, simulated, deliveries })
      .onConflict((conflict) =>
        conflict
          .columns(["organization_id", "day", "channel", "event", "simulated"])
          .doUpdateSet({ deliveries: sql<number>`delivery_day.deliveries + excluded.deliveries` }),
      ),
);

type ReasonCount = readonly [string, number, string, string, string, string, number, number];
const countReasons = preparedForEach(
  (
    db,
    ...[organization_id, day, notification_id, channel, event, reason, simulated, deliveries]: ReasonCount
  ) =>
    db
      .insertInto("delivery_reason")
      .values({ organization_id, day, notification_id, channel, event, reason, simulated, deliveries })
      .onConflict((conflict) =>
        conflict
          .columns([
            ...(["organization_id", "day", "notification_id"] as const),
            ...(["channel", "event", "reason", "simulated"] as const),
          ])
          .doUpdateSet({ deliveries: sql<number>`delivery_reason.deliveries + excluded.deliveries` }),
      ),
);

/** What happens to deliveries in one transaction, gathered so that each counter is moved once. */
export class Tally {
  readonly #day: number;
  /** By notification, and by organisation: of each there are few, which are looked through faster than keys are made for them. */
  readonly #states = new Map<string, Count<Moved>[]>();
  readonly #days = new Map<string, Count[]>();
  readonly #reasons = new Map<string, { of: Counted; event: string; reason: string; by: number }>();

  constructor(nowMs: number) {
    this.#day = Math.floor(nowMs / DAY);
  }

  /** From its state to another; null: it is new, and `row` is it. */
  moved(before: (Moved & { state: string }) | null, state: DeliveryState, row: Moved | null = before): void {
    if (row === null || before?.state === state) return;
    if (before !== null) this.#state(row, before.state, -1);
    this.#state(row, state, 1);
  }

  happened(row: Counted, event: CountedEvent, detail: string | null): void {
    const counts = listOf(this.#days, row.organization_id);
    const known = counts.find(
      ({ of, what }) => what === event && of.channel === row.channel && of.simulated === row.simulated,
    );
    if (known === undefined) counts.push({ of: row, what: event, by: 1 });
    else known.by += 1;
    if (detail === null || !WITH_REASON.includes(event)) return;
    const reason = detail.slice(0, REASON_MAX_LENGTH);
    const reasonKey = `${row.notification_id} ${row.channel} ${row.simulated} ${event} ${reason}`;
    const same = this.#reasons.get(reasonKey) ?? { of: row, event, reason, by: 0 };
    same.by += 1;
    this.#reasons.set(reasonKey, same);
  }

  async write(trx: Transaction<Tables>): Promise<void> {
    const day = this.#day;
    await countStates(
      trx,
      [...this.#states.values()].flat().map(({ of, what, by }) => {
        return [of.notification_id, of.slot_ms, of.channel, what, of.organization_id, by] as const;
      }),
    );
    await countDays(
      trx,
      [...this.#days.values()].flat().map(({ of, what, by }) => {
        return [of.organization_id, day, of.channel, what, of.simulated, by] as const;
      }),
    );
    await countReasons(
      trx,
      [...this.#reasons.values()].map(({ of, event, reason, by }) => {
        const named = [of.organization_id, day, of.notification_id, of.channel, event, reason] as const;
        return [...named, of.simulated, by] as const;
      }),
    );
  }

  #state(row: Moved, state: string, by: number): void {
    const counts = listOf(this.#states, row.notification_id);
    const known = counts.find(
      ({ of, what }) => what === state && of.slot_ms === row.slot_ms && of.channel === row.channel,
    );
    if (known === undefined) counts.push({ of: row, what: state, by });
    else known.by += by;
  }
}

function listOf<Of>(lists: Map<string, Count<Of>[]>, key: string): Count<Of>[] {
  const known = lists.get(key) ?? [];
  if (known.length === 0) lists.set(key, known);
  return known;
}
