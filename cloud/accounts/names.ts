import type { Me, Organization } from "../../protocol/accounts/account.ts";
import { accept, type Result } from "../../protocol/errors.ts";
import type { Note } from "../audit/audit.ts";
import type { CloudDatabase } from "../database/database.ts";
import { type IfMatch, refuseLostUpdate } from "../http/versions.ts";
import type { Needs, Scope } from "./scope.ts";
import { membershipsOf, organizationName } from "./store.ts";

/** What people and their organisations are called. */
export interface Names {
  /** The organisation one works in. */
  organization(scope: Scope): Promise<Result<Organization>>;
  /** Code: `record.changed` when it is at none of these versions. */
  renameOrganization(scope: Scope, name: string, ifMatch?: IfMatch): Promise<Result<Organization>>;
  /** What one is called oneself: the same in every organisation, whose audit logs all tell it. */
  renameSelf(by: { scope: Scope; me: Me }, name: string): Promise<Me>;
}

/** What people need to be allowed. */
export const NAME_NEEDS: Needs<Names> = {
  organization: "organization:read",
  renameOrganization: "organization:write",
};

/** Of an organisation what people can change. */
export const organizationFields = ({ name }: Organization) => ({ name });

export function createNames({ db, note }: { db: CloudDatabase; note: Note }): Names {
  return {
    async organization({ organizationId: id }) {
      return accept({ id, name: await organizationName(db.read, id) });
    },

    renameOrganization: ({ organizationId: id, ...scope }, name, ifMatch) =>
      db.write(async (trx) => {
        const before = { name: await organizationName(trx, id) };
        const lost = await refuseLostUpdate(ifMatch, before);
        if (lost !== null) return lost;
        await trx.updateTable("organization").set({ name }).where("id", "=", id).execute();
        const by = { ...scope, organizationId: id };
        await note(trx, by, { action: "organization.update", target: { id, name }, before, after: { name } });
        return accept({ id, name });
      }),

    async renameSelf({ scope, me }, name) {
      const { id, email, name: before } = me.user;
      const memberships = await membershipsOf(db, id);
      await db.write(async (trx) => {
        await trx.updateTable("user").set({ name }).where("id", "=", id).execute();
        for (const { organizationId } of memberships) {
          const deed = { action: "account.rename", target: { id, name: email } };
          await note(
            trx,
            { ...scope, organizationId },
            { ...deed, before: { name: before }, after: { name } },
          );
        }
      });
      return { ...me, user: { ...me.user, name } };
    },
  };
}
