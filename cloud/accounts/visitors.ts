import type { CloudDatabase } from "../database/database.ts";
import { SESSION_MAX_MS } from "./auth.ts";
import { CUSTOM_ROLE, type Standing, standingOf } from "./roles.ts";

/** Somebody who showed a session once and has stayed since. */
export interface Visitor {
  token: string;
  userId: string;
  organizationId: string;
}

/** Below what a statement may have of parameters, on either database. */
const TOKENS_AT_ONCE = 500;

/** Those whose session is still open, and who are still of the organisation they came to see, with what they may do now. */
export async function stillWelcome<V extends Visitor>(
  db: CloudDatabase,
  visitors: readonly V[],
  nowMs: number,
): Promise<Map<V, Standing>> {
  const welcome = new Map<V, Standing>();
  for (let first = 0; first < visitors.length; first += TOKENS_AT_ONCE) {
    const some = visitors.slice(first, first + TOKENS_AT_ONCE);
    const rows = await db.read
      .selectFrom("session")
      .innerJoin("member", "member.userId", "session.userId")
      .leftJoin("custom_role", "custom_role.id", "member.role")
      .select(["session.token", "session.userId", "member.organizationId", "member.role", ...CUSTOM_ROLE])
      .where("session.token", "in", [...new Set(some.map(({ token }) => token))])
      .where("session.expiresAt", ">", new Date(nowMs).toISOString())
      .where("session.createdAt", ">", new Date(nowMs - SESSION_MAX_MS).toISOString())
      .execute();
    const known = new Map(rows.map((row) => [keyOf(row), row]));
    for (const visitor of some) {
      const row = known.get(keyOf(visitor));
      if (row !== undefined) welcome.set(visitor, standingOf(row));
    }
  }
  return welcome;
}

const keyOf = ({ token, userId, organizationId }: Visitor): string =>
  JSON.stringify([token, userId, organizationId]);
