import type { OwnOrganization, OwnSession } from "../../protocol/accounts/member.ts";
import type { Clock } from "../../protocol/clock.ts";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import type { CloudDatabase } from "../database/database.ts";
import { CUSTOM_ROLE, standingOf } from "./roles.ts";

/** What a person sees and does about their own sessions and organisations. */
export interface OwnSessions {
  list(userId: string, currentToken: string): Promise<OwnSession[]>;
  /** Ends one of one's own. Code: `record.not-found`. */
  end(userId: string, id: string): Promise<Result<void>>;
  /** Ends all but this one. How many that were. */
  endOthers(userId: string, currentToken: string): Promise<number>;
  /** Ends all of the person with this email, or everybody's with null. How many that were. Code: `record.not-found`. */
  endAllOf(email: string | null): Promise<Result<number>>;
  organizations(userId: string, activeId: string): Promise<OwnOrganization[]>;
  /** The session works in another of one's organisations from now on. Code: `record.not-found`. */
  switchTo(userId: string, token: string, organizationId: string): Promise<Result<void>>;
}

export function createOwnSessions({ db, clock }: { db: CloudDatabase; clock: Clock }): OwnSessions {
  const endOthers = async (userId: string, currentToken: string): Promise<number> => {
    const ended = await db.write((trx) =>
      trx
        .deleteFrom("session")
        .where("userId", "=", userId)
        .where("token", "!=", currentToken)
        .returning("id")
        .execute(),
    );
    return ended.length;
  };

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

    async end(userId, id) {
      const ended = await db.write((trx) =>
        trx
          .deleteFrom("session")
          .where("userId", "=", userId)
          .where("id", "=", id)
          .returning("id")
          .executeTakeFirst(),
      );
      return ended === undefined ? refuse("record.not-found", `session ${id}`) : accept(undefined);
    },

    endOthers,

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
      return accept(await endOthers(user.id, ""));
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
