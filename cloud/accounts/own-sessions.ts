import type { OwnOrganization, OwnSession } from "../../protocol/accounts/member.ts";
import type { Clock } from "../../protocol/clock.ts";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import type { Note } from "../audit/audit.ts";
import type { CloudDatabase } from "../database/database.ts";
import { CUSTOM_ROLE, standingOf } from "./roles.ts";
import type { Scope } from "./scope.ts";

/** What a person sees and does about their own sessions and organisations. */
export interface OwnSessions {
  list(userId: string, currentToken: string): Promise<OwnSession[]>;
  /** Ends one of one's own; the audit log has it. Code: `record.not-found`. */
  end(scope: Scope, id: string): Promise<Result<void>>;
  /** Ends all but this one; the audit log has it. How many that were. */
  endOthers(scope: Scope, currentToken: string): Promise<number>;
  /** Ends all of the person with this email, or everybody's with null. How many that were. Code: `record.not-found`. */
  endAllOf(email: string | null): Promise<Result<number>>;
  organizations(userId: string, activeId: string): Promise<OwnOrganization[]>;
  /** The session works in another of one's organisations from now on. Code: `record.not-found`. */
  switchTo(userId: string, token: string, organizationId: string): Promise<Result<void>>;
}

interface Parts {
  db: CloudDatabase;
  clock: Clock;
  note: Note;
}

export function createOwnSessions({ db, clock, note }: Parts): OwnSessions {
  const endOwn = (scope: Scope, which: { id: string } | { currentToken: string }): Promise<number> =>
    db.write(async (trx) => {
      const own = trx.deleteFrom("session").where("userId", "=", scope.userId);
      const some =
        "id" in which ? own.where("id", "=", which.id) : own.where("token", "!=", which.currentToken);
      const ended = await some.returning("id").execute();
      if (ended.length === 0) return 0;
      const { email: name } = await trx
        .selectFrom("user")
        .select("email")
        .where("id", "=", scope.userId)
        .executeTakeFirstOrThrow();
      const target = { id: scope.userId, name };
      await note(trx, scope, { action: "account.end-sessions", target, after: { ended: ended.length } });
      return ended.length;
    });

  return {
    async list(userId, currentToken) {
      const rows = await db.read
        .selectFrom("session")
        .select(["id", "token", "userAgent", "ipAddress", "createdAt", "updatedAt", "expiresAt"])
        .where("userId", "=", userId)
        .where("expiresAt", ">", new Date(clock.nowMs()).toISOString())
        .orderBy("updatedAt", "desc")
        .execute();
      return rows.map((row) => ({
        id: row.id,
        current: row.token === currentToken,
        userAgent: row.userAgent,
        address: row.ipAddress,
        createdAt: toIso(row.createdAt),
        lastUsedAt: toIso(row.updatedAt),
        expiresAt: toIso(row.expiresAt),
      }));
    },

    async end(scope, id) {
      const ended = await endOwn(scope, { id });
      return ended === 0 ? refuse("record.not-found", `session ${id}`) : accept(undefined);
    },

    endOthers: (scope, currentToken) => endOwn(scope, { currentToken }),

    async endAllOf(email) {
      if (email === null) {
        const ended = await db.write((trx) => trx.deleteFrom("session").returning("id").execute());
        return accept(ended.length);
      }
      const user = await db.read
        .selectFrom("user")
        .select("id")
        .where("email", "=", email)
        .executeTakeFirst();
      if (user === undefined) return refuse("record.not-found", `nobody has an account with ${email}`);
      const ended = await db.write((trx) =>
        trx.deleteFrom("session").where("userId", "=", user.id).returning("id").execute(),
      );
      return accept(ended.length);
    },

    async organizations(userId, activeId) {
      const rows = await db.read
        .selectFrom("member")
        .innerJoin("organization", "organization.id", "member.organizationId")
        .leftJoin("custom_role", "custom_role.id", "member.role")
        .select(["organization.id", "organization.name", "member.role", ...CUSTOM_ROLE])
        .where("member.userId", "=", userId)
        .orderBy("organization.name")
        .execute();
      return rows.map(({ id, name, ...carried }) => {
        const { role, roleName } = standingOf(carried);
        return { id, name, role, roleName, active: id === activeId };
      });
    },

    switchTo: (userId, token, organizationId) =>
      db.write(async (trx) => {
        const member = await trx
          .selectFrom("member")
          .select("id")
          .where("userId", "=", userId)
          .where("organizationId", "=", organizationId)
          .executeTakeFirst();
        if (member === undefined) return refuse("record.not-found", `organisation ${organizationId}`);
        await trx
          .updateTable("session")
          .set({ activeOrganizationId: organizationId })
          .where("token", "=", token)
          .execute();
        return accept(undefined);
      }),
  };
}

const toIso = (time: string): string => new Date(time).toISOString();
