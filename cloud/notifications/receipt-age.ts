import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../protocol/clock.ts";
import { DAY, HOUR, MINUTE } from "../../protocol/units.ts";
import type { CloudDatabase } from "../database/database.ts";
import { forgetSome } from "./history-age.ts";

/** For so long it is known what was sent, and what receivers said. */
export const RECEIPTS_KEPT_MS = 90 * DAY;
const FIRST_AFTER_MS = 7 * MINUTE;
const EVERY_MS = HOUR;
/** Of one transaction: gateways must not wait. */
const AT_ONCE = 1_000;

/** Forgets old notifications and receipts, soon after a start and then every hour. */
export class ReceiptAge {
  readonly #parts: { db: CloudDatabase; clock: Clock; log: Logger };
  #cancel = (): void => undefined;
  #sweeping: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(parts: { db: CloudDatabase; clock: Clock; log: Logger }) {
    this.#parts = parts;
  }

  start(): void {
    this.#cancel = this.#parts.clock.after(FIRST_AFTER_MS, () => this.#run());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#sweeping;
  }

  #run(): void {
    const { clock, log } = this.#parts;
    // The next one tries again.
    this.#sweeping = this.#sweep().catch((error: unknown) =>
      log.error("old receipts are still there", { error }),
    );
    this.#cancel = clock.after(EVERY_MS, () => this.#run());
  }

  async #sweep(): Promise<void> {
    const { db, clock } = this.#parts;
    const before = clock.nowMs() - RECEIPTS_KEPT_MS;
    for (let forgotten = AT_ONCE; forgotten === AT_ONCE && !this.#stopped; ) {
      forgotten = await db.write(async (trx) => {
        const old = await trx
          .selectFrom("push_receipt")
          .select("id")
          .distinct()
          .where("at_ms", "<", before)
          .limit(AT_ONCE)
          .execute();
        const ids = old.map(({ id }) => id);
        if (ids.length > 0)
          await trx.deleteFrom("push_receipt").where("id", "in", ids).where("at_ms", "<", before).execute();
        return ids.length;
      });
    }
    for (let forgotten = 1; forgotten > 0 && !this.#stopped; )
      forgotten = await db.write((trx) => forgetSome(trx, before, AT_ONCE));
  }
}
