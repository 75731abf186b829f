import type { Note } from "../audit/audit.ts";
import type { CloudDatabase } from "../database/database.ts";
import { membershipsOf } from "./store.ts";

/** What a person did with their account, told to every organisation they belong to: each has an audit log of its own. */
export async function noteOfAccount(
  { db, note }: { db: CloudDatabase; note: Note },
  user: { id: string; email: string },
  action: "account.logout" | "account.reset",
  from?: string,
): Promise<void> {
  const memberships = await membershipsOf(db, user.id);
  await db.write(async (trx) => {
    for (const { organizationId } of memberships) {
      const by = { userId: user.id, organizationId, ...(from === undefined ? {} : { from }) };
      await note(trx, by, { action, target: { id: user.id, name: user.email } });
    }
  });
}
