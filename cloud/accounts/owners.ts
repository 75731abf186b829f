import type { Me } from "../../protocol/accounts/account.ts";
import type { Clock } from "../../protocol/clock.ts";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import { makeId } from "../../protocol/ids.ts";
import type { Random } from "../../protocol/random.ts";
import type { Note } from "../audit/audit.ts";
import type { CloudDatabase } from "../database/database.ts";
import type { createAuth } from "./auth.ts";
import { endSession, membershipsOf, removeUser } from "./store.ts";
import { refuseWeak } from "./weak-passwords.ts";

export type User = Me["user"];

/** What the library answers to a sign-up and to a log-in. */
export interface SignedUp {
  user: User;
  token: string;
}

export interface OwnerInput {
  email: string;
  password: string;
  name: string;
  organization: string;
}

/** How an account came to be: by a command on the machine, or by its own person from an address. */
export type MadeBy =
  | { action: "account.create"; command: string }
  | { action: "account.set-up" | "account.sign-up"; from: string };

interface OwnerParts {
  db: CloudDatabase;
  clock: Clock;
  random: Random;
  note: Note;
  auth: ReturnType<typeof createAuth>;
}

/**
 * Makes an account with an organisation that it owns, whose audit log begins with that. Not logged in. Codes: `account.exists`,
 * `request.invalid`.
 */
export async function makeOwner(parts: OwnerParts, input: OwnerInput, made: MadeBy): Promise<Result<User>> {
  const { auth, db, note } = parts;
  const { email, password, name, organization } = input;
  const strong = await refuseWeak(password, [name, email, organization]);
  if (!strong.ok) return strong;
  const answer = await auth.api.signUpEmail({ body: { email, password, name }, asResponse: true });
  if (!answer.ok) {
    return refuse("account.exists", `${email} has an account already`, [
      { path: "email", message: "has an account already" },
    ]);
  }
  const { user, token } = (await answer.json()) as SignedUp;
  // Signing up logs in as well, which is nobody's wish here.
  await endSession(db, token);
  try {
    const slug = makeId(parts.clock.nowMs(), parts.random);
    await auth.api.createOrganization({ body: { name: organization, slug, userId: user.id } });
    const [own] = await membershipsOf(db, user.id);
    if (own === undefined) throw new Error("the organisation was not created");
    const { organizationId } = own;
    const by =
      "command" in made
        ? { organizationId, command: made.command }
        : { organizationId, userId: user.id, from: made.from };
    const target = { id: user.id, name: user.email };
    const after = { name, organization, role: own.standing.role };
    await db.write((trx) => note(trx, by, { action: made.action, target, after }));
  } catch (error) {
    // Somebody without an organisation could neither log in nor try again.
    await removeUser(db, user.id);
    throw error;
  }
  return accept(user);
}
