import type { Clock } from "../../protocol/clock.ts";
import type { CloudDatabase } from "../database/database.ts";

/** Whether a person is still to be offered the first tour of the dashboard: once, wherever they log in. */
export interface Tours {
  seen(userId: string): Promise<boolean>;
  /** They have seen it, or do not want to. */
  end(userId: string): Promise<void>;
}

export function createTours({ db, clock }: { db: CloudDatabase; clock: Pick<Clock, "nowMs"> }): Tours {
  return {
    async seen(userId) {
      const row = await db.read
        .selectFrom("tour_seen")
        .select("at_ms")
        .where("user_id", "=", userId)
        .executeTakeFirst();
      return row !== undefined;
    },
    end: (userId) =>
      db.write(async (trx) => {
        await trx
          .insertInto("tour_seen")
          .values({ user_id: userId, at_ms: clock.nowMs() })
          .onConflict((conflict) => conflict.column("user_id").doNothing())
          .execute();
      }),
  };
}
