import type { CloudDatabase } from "../database/database.ts";

/** Somebody who showed a session once and has stayed since. */
export interface Visitor {
  token: string;
  userId: string;
  organizationId: string;
}

/** Below what a statement may have of parameters, on either database. */
const TOKENS_AT_ONCE = 500;

/** Those whose session is still open, and who are still of the organisation they came to see. */
export async function stillWelcome<V extends Visitor>(
  db: CloudDatabase,
  visitors: readonly V[],
  nowMs: number,
): Promise<Set<V>> {
  const welcome = new Set<V>();
  for (let first = 0; first < visitors.length; first += TOKENS_AT_ONCE) {
    const some = visitors.slice(first, first + TOKENS_AT_ONCE);
    const rows = await db.read
      .selectFrom("session")
      .innerJoin("member", "member.userId", "session.userId")
      .select(["session.token", "session.userId", "member.organizationId"])
      .where("session.token", "in", [...new Set(some.map(({ token }) => token))])
      .where("session.expiresAt", ">", new Date(nowMs).toISOString())
      .execute();
    const known = new Set(rows.map(keyOf));
    for (const visitor of some) if (known.has(keyOf(visitor))) welcome.add(visitor);
  }
  return welcome;
}

const keyOf = ({ token, userId, organizationId }: Visitor): string =>
  JSON.stringify([token, userId, organizationId]);
