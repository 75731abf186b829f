import type { ChangePassword, Me } from "../../protocol/accounts/account.ts";
import type { Clock } from "../../protocol/clock.ts";
import { accept, type Result, refuseField } from "../../protocol/errors.ts";
import type { Note } from "../audit/audit.ts";
import type { CloudDatabase } from "../database/database.ts";
import { Attempts } from "../http/attempts.ts";
import type { PasswordHasher } from "./auth.ts";
import type { Scope } from "./scope.ts";
import { refuseWeak } from "./weak-passwords.ts";

/** Where the library keeps passwords among other ways to log in. */
const BY_PASSWORD = "credential";

interface Parts {
  db: CloudDatabase;
  clock: Clock;
  passwords: PasswordHasher;
  note: Note;
}

/**
 * A person replaces their password, who knows the one they have: a session left open is not enough. Every other session
 * ends with it. Codes: `request.invalid` at `current` or `password`, `auth.too-many`.
 */
export type ChangeOwnPassword = (
  by: { scope: Scope; me: Me; token: string },
  input: ChangePassword,
) => Promise<Result<void>>;

export function createChangeOwnPassword({ db, clock, passwords, note }: Parts): ChangeOwnPassword {
  const attempts = new Attempts(clock);

  return async ({ scope, me, token }, { current, password }) => {
    const { userId } = scope;
    const allowed = attempts.begin(userId);
    if (!allowed.ok) return allowed;
    const kept = await db.read
      .selectFrom("account")
      .select("password")
      .where("userId", "=", userId)
      .where("providerId", "=", BY_PASSWORD)
      .executeTakeFirst();
    if (!kept?.password || !(await passwords.verify(current, kept.password)))
      return refuseField("current", "is not your password");
    attempts.succeeded(userId);
    const strong = await refuseWeak(password, [me.user.name, me.user.email, me.organization.name]);
    if (!strong.ok) return strong;
    const hash = await passwords.hash(password);
    await db.write(async (trx) => {
      await trx
        .updateTable("account")
        .set({ password: hash, updatedAt: new Date(clock.nowMs()).toISOString() })
        .where("userId", "=", userId)
        .where("providerId", "=", BY_PASSWORD)
        .execute();
      await trx.deleteFrom("session").where("userId", "=", userId).where("token", "!=", token).execute();
      await note(trx, scope, { action: "account.password", target: { id: userId, name: me.user.email } });
    });
    return accept(undefined);
  };
}
