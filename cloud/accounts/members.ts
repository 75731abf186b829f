import type { Transaction } from "kysely";
import type { Role } from "../../protocol/accounts/account.ts";
import type { Invitation, InvitationInput, InvitationMade, Member } from "../../protocol/accounts/member.ts";
import type { Clock } from "../../protocol/clock.ts";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import { makeId } from "../../protocol/ids.ts";
import type { Random } from "../../protocol/random.ts";
import { DAY } from "../../protocol/units.ts";
import type { Note } from "../audit/audit.ts";
import type { CloudDatabase } from "../database/database.ts";
import type { Tables } from "../database/tables.ts";
import type { Mail } from "../mail/mail.ts";
import { hashLinkToken, makeLinkToken } from "./link-token.ts";
import { roleOf } from "./roles.ts";
import type { Needs, Scope } from "./scope.ts";

/**
 * Who belongs to an organisation, in which role, and who is asked to join.
 *
 * Promises: an organisation always has an owner; only an owner makes or unmakes one; an invitation's token is kept as a
 * hash and works once.
 */
export interface Members {
  list(scope: Scope): Promise<Result<{ items: Member[] }>>;
  /** Codes: `record.not-found`, `auth.forbidden`, `organization.last-owner`. */
  setRole(scope: Scope, id: string, role: Role): Promise<Result<Member>>;
  /** Ends the membership and the person's sessions in it. Codes as {@link setRole}. */
  remove(scope: Scope, id: string): Promise<Result<void>>;
  /** Codes: `record.conflict` when the person is a member already, `auth.forbidden`. */
  invite(scope: Scope, input: InvitationInput): Promise<Result<InvitationMade>>;
  invitations(scope: Scope): Promise<Result<{ items: Invitation[] }>>;
  /** Code: `record.not-found`. */
  withdraw(scope: Scope, id: string): Promise<Result<void>>;
}

/** What people need to be allowed. */
export const MEMBER_NEEDS: Needs<Members> = {
  list: "member:read",
  setRole: "member:write",
  remove: "member:write",
  invite: "member:write",
  invitations: "member:read",
  withdraw: "member:write",
};

const INVITATION_MS = 7 * DAY;

export interface MembersParts {
  db: CloudDatabase;
  clock: Clock;
  random: Random;
  publicUrl: string;
  mail: Pick<Mail, "sendInvitation">;
  /** `Audit.note` */
  note: Note;
}

export function createMembers({ db, clock, random, publicUrl, mail, note }: MembersParts): Members {
  const rows = (from: Pick<CloudDatabase["read"], "selectFrom">, organizationId: string) =>
    from
      .selectFrom("member")
      .innerJoin("user", "user.id", "member.userId")
      .select([
        "member.id",
        "member.role",
        "member.createdAt",
        "user.id as userId",
        "user.email",
        "user.name",
      ])
      .where("member.organizationId", "=", organizationId);

  const find = async (from: Pick<CloudDatabase["read"], "selectFrom">, scope: Scope, id: string) => {
    const row = await rows(from, scope.organizationId).where("member.id", "=", id).executeTakeFirst();
    return row === undefined ? null : toMember(row);
  };

  /** Why this member may not become `role`, or leave when it is null; undefined when they may. */
  const obstacle = async (trx: Transaction<Tables>, scope: Scope, member: Member, role: Role | null) => {
    if ((member.role === "owner" || role === "owner") && scope.role !== "owner")
      return refuse("auth.forbidden", "only an owner makes or unmakes an owner");
    if (member.role !== "owner" || role === "owner") return undefined;
    const { owners } = await trx
      .selectFrom("member")
      .select((select) => select.fn.countAll<number>().as("owners"))
      .where("organizationId", "=", scope.organizationId)
      .where("role", "=", "owner")
      .executeTakeFirstOrThrow();
    return Number(owners) > 1
      ? undefined
      : refuse("organization.last-owner", `${member.user.name} is the only owner`);
  };

  return {
    async list(scope) {
      const found = await rows(db.read, scope.organizationId)
        .orderBy("user.name")
        .orderBy("member.id")
        .execute();
      return accept({ items: found.map(toMember) });
    },

    setRole: (scope, id, role) =>
      db.write(async (trx) => {
        const member = await find(trx, scope, id);
        if (member === null) return refuse("record.not-found", `member ${id}`);
        const refused = await obstacle(trx, scope, member, role);
        if (refused !== undefined) return refused;
        await trx.updateTable("member").set({ role }).where("id", "=", id).execute();
        await note(trx, scope, {
          action: "member.update",
          target: { id, name: member.user.email },
          before: { role: member.role },
          after: { role },
        });
        return accept({ ...member, role });
      }),

    remove: (scope, id) =>
      db.write(async (trx) => {
        const member = await find(trx, scope, id);
        if (member === null) return refuse("record.not-found", `member ${id}`);
        const refused = await obstacle(trx, scope, member, null);
        if (refused !== undefined) return refused;
        await trx.deleteFrom("member").where("id", "=", id).execute();
        const target = { id, name: member.user.email };
        await note(trx, scope, { action: "member.remove", target, before: { role: member.role } });
        await trx
          .deleteFrom("session")
          .where("userId", "=", member.user.id)
          .where((where) =>
            where.or([
              where("activeOrganizationId", "=", scope.organizationId),
              where("activeOrganizationId", "is", null),
            ]),
          )
          .execute();
        return accept(undefined);
      }),

    async invite(scope, { email, role }) {
      if (role === "owner" && scope.role !== "owner")
        return refuse("auth.forbidden", "only an owner invites an owner");
      const token = makeLinkToken(random);
      const id = await hashLinkToken(token);
      const expiresAt = new Date(clock.nowMs() + INVITATION_MS).toISOString();
      const made = await db.write(async (trx) => {
        const member = await rows(trx, scope.organizationId)
          .where("user.email", "=", email)
          .executeTakeFirst();
        if (member !== undefined) return false;
        // A second invitation takes the place of the first, whose link may have been lost.
        await trx
          .updateTable("invitation")
          .set({ status: "withdrawn" })
          .where("organizationId", "=", scope.organizationId)
          .where("email", "=", email)
          .where("status", "=", "pending")
          .execute();
        await trx
          .insertInto("invitation")
          .values({
            id,
            organizationId: scope.organizationId,
            email,
            role,
            status: "pending",
            expiresAt,
            createdAt: new Date(clock.nowMs()).toISOString(),
            inviterId: scope.userId,
          })
          .execute();
        await note(trx, scope, { action: "invitation.create", target: { id, name: email }, after: { role } });
        return true;
      });
      if (!made) {
        return refuse("record.conflict", `${email} is a member already`, [
          { path: "email", message: "is a member already" },
        ]);
      }
      const link = `${publicUrl}/invitation?token=${token}`;
      const names = await namesOf(db, scope);
      mail.sendInvitation({ email, link, organization: names.organization, invitedBy: names.person });
      return accept({ id, email, role, invitedBy: names.person, expiresAt, link });
    },

    async invitations(scope) {
      const found = await db.read
        .selectFrom("invitation")
        .innerJoin("user", "user.id", "invitation.inviterId")
        .select(["invitation.id", "invitation.email", "invitation.role", "invitation.expiresAt", "user.name"])
        .where("organizationId", "=", scope.organizationId)
        .where("status", "=", "pending")
        .where("expiresAt", ">", new Date(clock.nowMs()).toISOString())
        .orderBy("invitation.createdAt", "desc")
        .execute();
      const items = found.map(({ name, role, ...rest }) => ({
        ...rest,
        role: roleOf(role),
        invitedBy: name,
      }));
      return accept({ items });
    },

    async withdraw(scope, id) {
      const withdrawn = await db.write(async (trx) => {
        const row = await trx
          .updateTable("invitation")
          .set({ status: "withdrawn" })
          .where("organizationId", "=", scope.organizationId)
          .where("id", "=", id)
          .where("status", "=", "pending")
          .returning(["id", "email as name"])
          .executeTakeFirst();
        if (row !== undefined) await note(trx, scope, { action: "invitation.withdraw", target: row });
        return row;
      });
      return withdrawn === undefined ? refuse("record.not-found", `invitation ${id}`) : accept(undefined);
    },
  };
}

/** An invitation that can still be accepted; null when there is none for this token. */
export async function findInvitation(db: CloudDatabase, token: string, nowMs: number) {
  const row = await db.read
    .selectFrom("invitation")
    .innerJoin("organization", "organization.id", "invitation.organizationId")
    .leftJoin("user", "user.email", "invitation.email")
    .select([
      "invitation.id",
      "invitation.email",
      "invitation.role",
      "invitation.organizationId",
      "organization.name as organization",
      "user.id as userId",
    ])
    .where("invitation.id", "=", await hashLinkToken(token))
    .where("invitation.status", "=", "pending")
    .where("invitation.expiresAt", ">", new Date(nowMs).toISOString())
    .executeTakeFirst();
  return row === undefined ? null : { ...row, role: roleOf(row.role) };
}

/** Makes the person a member and the invitation used, at once; false when it was used meanwhile. */
export function joinByInvitation(
  parts: { db: CloudDatabase; clock: Clock; random: Random; note: Note },
  invitation: { id: string; email: string; organizationId: string; role: Role },
  userId: string,
): Promise<boolean> {
  const { db, clock, random, note } = parts;
  return db.write(async (trx) => {
    const used = await trx
      .updateTable("invitation")
      .set({ status: "accepted" })
      .where("id", "=", invitation.id)
      .where("status", "=", "pending")
      .returning("id")
      .executeTakeFirst();
    if (used === undefined) return false;
    const { organizationId, role } = invitation;
    const member = await trx
      .selectFrom("member")
      .select("id")
      .where("organizationId", "=", organizationId)
      .where("userId", "=", userId)
      .executeTakeFirst();
    if (member !== undefined) return true;
    const nowMs = clock.nowMs();
    const id = makeId(nowMs, random);
    await trx
      .insertInto("member")
      .values({ id, organizationId, userId, role, createdAt: new Date(nowMs).toISOString() })
      .execute();
    const by = { userId, organizationId, role };
    await note(trx, by, { action: "member.join", target: { id, name: invitation.email }, after: { role } });
    return true;
  });
}

function toMember(row: {
  id: string;
  role: string;
  createdAt: string;
  userId: string;
  email: string;
  name: string;
}): Member {
  return {
    id: row.id,
    user: { id: row.userId, email: row.email, name: row.name },
    role: roleOf(row.role),
    joinedAt: new Date(row.createdAt).toISOString(),
  };
}

async function namesOf(db: CloudDatabase, scope: Scope): Promise<{ person: string; organization: string }> {
  const person = await db.read
    .selectFrom("user")
    .select("name")
    .where("id", "=", scope.userId)
    .executeTakeFirst();
  const organization = await db.read
    .selectFrom("organization")
    .select("name")
    .where("id", "=", scope.organizationId)
    .executeTakeFirst();
  return { person: person?.name ?? "", organization: organization?.name ?? "" };
}
