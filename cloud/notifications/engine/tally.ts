import type { Transaction } from "kysely";
import type { DeliveryState } from "../../../protocol/notifications/delivery.ts";
import type { CountedEvent } from "../../../protocol/notifications/statistics.ts";
import { DAY } from "../../../protocol/units.ts";
import type { Tables } from "../../database/tables.ts";
import type { DeliveryRow } from "./spec.ts";

type Counted = Pick<DeliveryRow, "organization_id" | "notification_id" | "slot_ms" | "channel">;

/** Reasons are told in a platform's own words: of each so much is counted as one. */
const REASON_MAX_LENGTH = 120;
const WITH_REASON: readonly CountedEvent[] = ["failed", "expired", "dropped", "retried"];

interface Count {
  of: Counted;
  /** A state, or an event. */
  what: string;
  by: number;
}

/** What happens to deliveries in one transaction, gathered so that each counter is moved once. */
export class Tally {
  readonly #day: number;
  /** By notification, and by organisation: of each there are few, which are looked through faster than keys are made for them. */
  readonly #states = new Map<string, Count[]>();
  readonly #days = new Map<string, Count[]>();
  readonly #reasons = new Map<string, { of: Counted; event: string; reason: string; by: number }>();

  constructor(nowMs: number) {
    this.#day = Math.floor(nowMs / DAY);
  }

  /** From its state to another; null: it is new, and `row` is it. */
  moved(
    before: (Counted & { state: string }) | null,
    state: DeliveryState,
    row: Counted | null = before,
  ): void {
    if (row === null || before?.state === state) return;
    if (before !== null) this.#state(row, before.state, -1);
    this.#state(row, state, 1);
  }

  happened(row: Counted, event: CountedEvent, detail: string | null): void {
    const counts = listOf(this.#days, row.organization_id);
    const known = counts.find(({ of, what }) => what === event && of.channel === row.channel);
    if (known === undefined) counts.push({ of: row, what: event, by: 1 });
    else known.by += 1;
    if (detail === null || !WITH_REASON.includes(event)) return;
    const reason = detail.slice(0, REASON_MAX_LENGTH);
    const reasonKey = `${row.notification_id} ${row.channel} ${event} ${reason}`;
    const same = this.#reasons.get(reasonKey) ?? { of: row, event, reason, by: 0 };
    same.by += 1;
    this.#reasons.set(reasonKey, same);
  }

  async write(trx: Transaction<Tables>): Promise<void> {
    for (const { of, what: state, by } of [...this.#states.values()].flat())
      await trx
        .insertInto("notification_count")
        .values({
          ...pick(of),
          slot_ms: of.slot_ms,
          notification_id: of.notification_id,
          state,
          deliveries: by,
        })
        .onConflict((conflict) =>
          conflict
            .columns(["notification_id", "slot_ms", "channel", "state"])
            .doUpdateSet((eb) => ({ deliveries: eb("notification_count.deliveries", "+", by) })),
        )
        .execute();
    for (const { of, what: event, by } of [...this.#days.values()].flat())
      await trx
        .insertInto("delivery_day")
        .values({ ...pick(of), day: this.#day, event, deliveries: by })
        .onConflict((conflict) =>
          conflict
            .columns(["organization_id", "day", "channel", "event"])
            .doUpdateSet((eb) => ({ deliveries: eb("delivery_day.deliveries", "+", by) })),
        )
        .execute();
    for (const { of, event, reason, by } of this.#reasons.values())
      await trx
        .insertInto("delivery_reason")
        .values({
          ...pick(of),
          ...{ day: this.#day, notification_id: of.notification_id, event, reason, deliveries: by },
        })
        .onConflict((conflict) =>
          conflict
            .columns(["organization_id", "day", "notification_id", "channel", "event", "reason"])
            .doUpdateSet((eb) => ({ deliveries: eb("delivery_reason.deliveries", "+", by) })),
        )
        .execute();
  }

  #state(row: Counted, state: string, by: number): void {
    const counts = listOf(this.#states, row.notification_id);
    const known = counts.find(
      ({ of, what }) => what === state && of.slot_ms === row.slot_ms && of.channel === row.channel,
    );
    if (known === undefined) counts.push({ of: row, what: state, by });
    else known.by += by;
  }
}

function listOf(lists: Map<string, Count[]>, key: string): Count[] {
  const known = lists.get(key) ?? [];
  if (known.length === 0) lists.set(key, known);
  return known;
}

const pick = ({ organization_id, channel }: Counted) => ({ organization_id, channel });
