import type { Transaction } from "kysely";
import type { Invitation, InvitationInput, InvitationMade, Member } from "../../protocol/accounts/member.ts";
import type { Clock } from "../../protocol/clock.ts";
import { accept, type Result, refuse, refuseField } from "../../protocol/errors.ts";
import { makeId } from "../../protocol/ids.ts";
import type { Random } from "../../protocol/random.ts";
import { DAY } from "../../protocol/units.ts";
import type { Note } from "../audit/audit.ts";
import type { CloudDatabase } from "../database/database.ts";
import type { Tables } from "../database/tables.ts";
import type { Mail } from "../mail/mail.ts";
import { hashLinkToken, makeLinkToken } from "./link-token.ts";
import { CUSTOM_ROLE, findStanding, refuseBeyond, type Standing, standingOf, told } from "./roles.ts";
import type { Needs, Scope } from "./scope.ts";

/**
 * Who belongs to an organisation, in which role, and who is asked to join.
 *
 * Promises: an organisation always has an owner; only an owner makes or unmakes one; nobody gives or takes a role with a
 * permission they do not have themselves; an invitation's token is kept as a hash and works once.
 */
export interface Members {
  list(scope: Scope): Promise<Result<{ items: Member[] }>>;
  /** Codes: `record.not-found`, `auth.forbidden`, `organization.last-owner`; `request.invalid` when there is no such role. */
  setRole(scope: Scope, id: string, role: string): Promise<Result<Member>>;
  /** Ends the membership and the person's sessions in it. Codes as {@link setRole}. */
  remove(scope: Scope, id: string): Promise<Result<void>>;
  /** Writes the letter in `language`, else in English. Codes: `record.conflict` when the person is a member already, `auth.forbidden`, `request.invalid`. */
  invite(scope: Scope, input: InvitationInput, language?: string): Promise<Result<InvitationMade>>;
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
  /** What members may do has changed: who is here already is looked at again. */
  standingChanged(): void;
}

/** A member with what their role allows. */
interface Held {
  member: Member;
  standing: Standing;
}

export function createMembers(parts: MembersParts): Members {
  const { db, clock, random, publicUrl, mail, note, standingChanged } = parts;
  const rows = (from: Pick<CloudDatabase["read"], "selectFrom">, organizationId: string) =>
    from
      .selectFrom("member")
      .innerJoin("user", "user.id", "member.userId")
      .leftJoin("custom_role", "custom_role.id", "member.role")
      .select(CUSTOM_ROLE)
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
    return row === undefined ? null : toHeld(row);
  };

  /** Why somebody may not go from the one role to the other, or leave when that is null; null when they may. */
  const obstacle = async (trx: Transaction<Tables>, scope: Scope, held: Held, next: Standing | null) => {
    const { member, standing } = held;
    if ((member.role === "owner" || next?.role === "owner") && scope.role !== "owner")
      return refuse("auth.forbidden", "only an owner makes or unmakes an owner");
    const beyond = refuseBeyond(scope, [...standing.permissions, ...(next?.permissions ?? [])], "role");
    if (beyond !== null) return beyond;
    if (member.role !== "owner" || next?.role === "owner") return null;
    const { owners } = await trx
      .selectFrom("member")
      .select((select) => select.fn.countAll<number>().as("owners"))
      .where("organizationId", "=", scope.organizationId)
      .where("role", "=", "owner")
      .executeTakeFirstOrThrow();
    return Number(owners) > 1
      ? null
      : refuse("organization.last-owner", `${member.user.name} is the only owner`);
  };

  return {
    async list(scope) {
      const found = await rows(db.read, scope.organizationId)
        .orderBy("user.name")
        .orderBy("member.id")
        .execute();
      return accept({ items: found.map((row) => toHeld(row).member) });
    },

    async setRole(scope, id, role) {
      const changed = await db.write(async (trx) => {
        const held = await find(trx, scope, id);
        if (held === null) return refuse("record.not-found", `member ${id}`);
        const next = await findStanding(trx, scope.organizationId, role);
        if (next === null) return noSuchRole();
        const refused = await obstacle(trx, scope, held, next);
        if (refused !== null) return refused;
        const { member } = held;
        await trx.updateTable("member").set({ role }).where("id", "=", id).execute();
        await note(trx, scope, {
          action: "member.update",
          target: { id, name: member.user.email },
          before: told(member),
          after: told(next),
        });
        return accept({ ...member, role, roleName: next.roleName });
      });
      if (changed.ok) standingChanged();
      return changed;
    },

    async remove(scope, id) {
      const removed = await db.write(async (trx) => {
        const held = await find(trx, scope, id);
        if (held === null) return refuse("record.not-found", `member ${id}`);
        const refused = await obstacle(trx, scope, held, null);
        if (refused !== null) return refused;
        const { member } = held;
        await trx.deleteFrom("member").where("id", "=", id).execute();
        const target = { id, name: member.user.email };
        await note(trx, scope, { action: "member.remove", target, before: told(member) });
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
      });
      if (removed.ok) standingChanged();
      return removed;
    },

    async invite(scope, { email, role }, language = "en") {
      if (role === "owner" && scope.role !== "owner")
        return refuse("auth.forbidden", "only an owner invites an owner");
      const token = makeLinkToken(random);
      const id = await hashLinkToken(token);
      const expiresAt = new Date(clock.nowMs() + INVITATION_MS).toISOString();
      const made = await db.write(async (trx) => {
        const standing = await findStanding(trx, scope.organizationId, role);
        if (standing === null) return noSuchRole();
        const beyond = refuseBeyond(scope, standing.permissions, "role");
        if (beyond !== null) return beyond;
        const member = await rows(trx, scope.organizationId)
          .where("user.email", "=", email)
          .executeTakeFirst();
        if (member !== undefined) {
          return refuse("record.conflict", `${email} is a member already`, [
            { path: "email", message: "is a member already" },
          ]);
        }
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
        const target = { id, name: email };
        await note(trx, scope, { action: "invitation.create", target, after: told(standing) });
        return accept(standing.roleName);
      });
      if (!made.ok) return made;
      const link = `${publicUrl}/invitation?token=${token}`;
      const names = await namesOf(db, scope);
      mail.sendInvitation({
        email,
        link,
        organization: names.organization,
        invitedBy: names.person,
        language,
      });
      const invitedBy = names.person;
      return accept({ id, email, role, roleName: made.value, invitedBy, expiresAt, link });
    },

    async invitations(scope) {
      const found = await db.read
        .selectFrom("invitation")
        .innerJoin("user", "user.id", "invitation.inviterId")
        .leftJoin("custom_role", "custom_role.id", "invitation.role")
        .select(["invitation.id", "invitation.email", "invitation.role", "invitation.expiresAt", "user.name"])
        .select(CUSTOM_ROLE)
        .where("organizationId", "=", scope.organizationId)
        .where("status", "=", "pending")
        .where("expiresAt", ">", new Date(clock.nowMs()).toISOString())
        .orderBy("invitation.createdAt", "desc")
        .execute();
      const items = found.map(({ id, email, expiresAt, name, ...carried }) => {
        const { role, roleName } = standingOf(carried);
        return { id, email, role, roleName, invitedBy: name, expiresAt };
      });
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
    .leftJoin("custom_role", "custom_role.id", "invitation.role")
    .select(CUSTOM_ROLE)
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
  return row === undefined ? null : { ...row, standing: standingOf(row) };
}

/** Makes the person a member and the invitation used, at once; false when it was used meanwhile. */
export function joinByInvitation(
  parts: { db: CloudDatabase; clock: Clock; random: Random; note: Note },
  invitation: { id: string; email: string; organizationId: string; standing: Standing },
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
    const { organizationId, standing } = invitation;
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
      .values({ id, organizationId, userId, role: standing.role, createdAt: new Date(nowMs).toISOString() })
      .execute();
    const target = { id, name: invitation.email };
    await note(trx, { userId, organizationId }, { action: "member.join", target, after: told(standing) });
    return true;
  });
}

const noSuchRole = () => refuseField("role", "is no role of this organisation");

function toHeld(row: {
  id: string;
  role: string;
  customName: string | null;
  customPermissions: string | null;
  createdAt: string;
  userId: string;
  email: string;
  name: string;
}): Held {
  const standing = standingOf(row);
  const { role, roleName } = standing;
  const user = { id: row.userId, email: row.email, name: row.name };
  const joinedAt = new Date(row.createdAt).toISOString();
  return { member: { id: row.id, user, role, roleName, joinedAt }, standing };
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
