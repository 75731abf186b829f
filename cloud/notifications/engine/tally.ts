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

/** What happens to deliveries in one transaction, gathered so that each counter is moved once. */
export class Tally {
  readonly #day: number;
  readonly #states = new Map<string, { of: Counted; state: string; by: number }>();
  readonly #days = new Map<string, { of: Counted; event: string; by: number }>();
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
    const key = `${row.organization_id} ${row.channel} ${event}`;
    const known = this.#days.get(key);
    if (known === undefined) this.#days.set(key, { of: row, event, by: 1 });
    else known.by += 1;
    if (detail === null || !WITH_REASON.includes(event)) return;
    const reason = detail.slice(0, REASON_MAX_LENGTH);
    const reasonKey = `${row.notification_id} ${row.channel} ${event} ${reason}`;
    const same = this.#reasons.get(reasonKey) ?? { of: row, event, reason, by: 0 };
    same.by += 1;
    this.#reasons.set(reasonKey, same);
  }

  async write(trx: Transaction<Tables>): Promise<void> {
    for (const { of, state, by } of this.#states.values())
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
    for (const { of, event, by } of this.#days.values())
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

  #state(of: Counted, state: string, by: number): void {
    const key = `${of.notification_id} ${of.slot_ms} ${of.channel} ${state}`;
    const known = this.#states.get(key);
    if (known === undefined) this.#states.set(key, { of, state, by });
    else known.by += by;
  }
}

const pick = ({ organization_id, channel }: Counted) => ({ organization_id, channel });
