import {
  BUILT_IN_ROLES,
  isBuiltIn,
  ROLE_ABOUT,
  ROLE_FIELDS,
  ROLE_PERMISSIONS,
  type Role,
  type RoleInput,
} from "../../protocol/accounts/role.ts";
import { toTimestamp } from "../../protocol/api/list.ts";
import type { Clock } from "../../protocol/clock.ts";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import { makeId } from "../../protocol/ids.ts";
import type { Random } from "../../protocol/random.ts";
import type { Note } from "../audit/audit.ts";
import type { CloudDatabase } from "../database/database.ts";
import { type Fields, type IfMatch, pick, refuseLostUpdate } from "../http/versions.ts";
import {
  type Carriers,
  countCarriers,
  findRole,
  findRoleByName,
  nameCarriers,
  type RoleRow,
  selectRoles,
} from "./role-store.ts";
import { refuseBeyond } from "./roles.ts";
import type { Needs, Scope } from "./scope.ts";

/**
 * The roles of an organisation: those that are built in, and those it makes of permissions.
 *
 * Promises: nobody gives, changes or deletes a role with a permission they do not have themselves; a role that somebody
 * carries is not deleted; what a role allows is read at every request, so that a change counts from the next one on.
 */
export interface Roles {
  /** The built-in ones first, then the organisation's own by name. */
  list(scope: Scope): Promise<Result<{ items: Role[] }>>;
  /** Code: `record.not-found`. */
  get(scope: Scope, id: string): Promise<Result<Role>>;
  /** Codes: `record.conflict` when the name is taken, `auth.forbidden`. */
  create(scope: Scope, input: RoleInput): Promise<Result<Role>>;
  /** Codes: those of `create`, `record.not-found`, `role.built-in`; `record.changed` when it is at none of these versions. */
  change(scope: Scope, id: string, input: RoleInput, ifMatch?: IfMatch): Promise<Result<Role>>;
  /** Codes: `record.not-found`, `role.built-in`, `auth.forbidden`, `record.changed`; `role.in-use`, which names who carries it. */
  remove(scope: Scope, id: string, ifMatch?: IfMatch): Promise<Result<void>>;
}

/** What people need to be allowed. */
export const ROLE_NEEDS: Needs<Roles> = {
  list: "member:read",
  get: "member:read",
  create: "member:write",
  change: "member:write",
  remove: "member:write",
};

export interface RolesParts {
  db: CloudDatabase;
  clock: Clock;
  random: Random;
  /** `Audit.note` */
  note: Note;
  /** What members may do has changed: who is here already is looked at again. */
  standingChanged(): void;
}

/** Of those who carry a role as many are named as a person reads. */
const NAMED_MAX = 10;

/** What a role's version is made of. */
export const roleFields = (role: RoleInput): Fields => pick(role, ROLE_FIELDS);

export function createRoles({ db, clock, random, note, standingChanged }: RolesParts): Roles {
  const list = async (scope: Scope): Promise<Role[]> => {
    const { organizationId } = scope;
    const own = await selectRoles(db.read, organizationId);
    const carriers = await countCarriers(db.read, organizationId, clock.nowMs());
    return [
      ...BUILT_IN_ROLES.map((name) => toBuiltIn(name, carriers.get(name))),
      ...own.map((row) => toRole(row, carriers.get(row.id))),
    ];
  };
  const get = async (scope: Scope, id: string): Promise<Result<Role>> => {
    const role = (await list(scope)).find((one) => one.id === id);
    return role === undefined ? refuse("record.not-found", `role ${id}`) : accept(role);
  };
  const nameTaken = (name: string) =>
    refuse("record.conflict", `there is a role called ${name} already`, [
      { path: "name", message: "is taken by another role" },
    ]);

  return {
    async list(scope) {
      return accept({ items: await list(scope) });
    },

    get,

    async create(scope, input) {
      const beyond = refuseBeyond(scope, input.permissions, "permissions");
      if (beyond !== null) return beyond;
      const nowMs = clock.nowMs();
      const id = makeId(nowMs, random);
      const made = await db.write(async (trx) => {
        if ((await findRoleByName(trx, scope.organizationId, input.name)) !== null) return false;
        await trx
          .insertInto("custom_role")
          .values({
            id,
            organization_id: scope.organizationId,
            ...toColumns(input),
            created_ms: nowMs,
            updated_ms: nowMs,
          })
          .execute();
        await note(trx, scope, { action: "role.create", target: { id, name: input.name }, after: input });
        return true;
      });
      return made ? get(scope, id) : nameTaken(input.name);
    },

    async change(scope, id, input, ifMatch) {
      if (isBuiltIn(id)) return refuseBuiltIn(id);
      const refused = await db.write(async (trx) => {
        const before = await findRole(trx, scope.organizationId, id);
        if (before === null) return refuse("record.not-found", `role ${id}`);
        const beyond = refuseBeyond(scope, [...before.permissions, ...input.permissions], "permissions");
        if (beyond !== null) return beyond;
        const lost = await refuseLostUpdate(ifMatch, roleFields(before));
        if (lost !== null) return lost;
        const other = await findRoleByName(trx, scope.organizationId, input.name);
        if (other !== null && other !== id) return nameTaken(input.name);
        await trx
          .updateTable("custom_role")
          .set({ ...toColumns(input), updated_ms: clock.nowMs() })
          .where("id", "=", id)
          .execute();
        const target = { id, name: input.name };
        await note(trx, scope, { action: "role.update", target, before: roleFields(before), after: input });
        return null;
      });
      if (refused !== null) return refused;
      standingChanged();
      return get(scope, id);
    },

    async remove(scope, id, ifMatch) {
      if (isBuiltIn(id)) return refuseBuiltIn(id);
      return db.write(async (trx) => {
        const before = await findRole(trx, scope.organizationId, id);
        if (before === null) return refuse("record.not-found", `role ${id}`);
        const beyond = refuseBeyond(scope, before.permissions, "permissions");
        if (beyond !== null) return beyond;
        const lost = await refuseLostUpdate(ifMatch, roleFields(before));
        if (lost !== null) return lost;
        const carriers = await nameCarriers(trx, scope.organizationId, id, clock.nowMs());
        if (carriers.members.length + carriers.invitations.length > 0)
          return refuseInUse(before.name, carriers);
        await trx.deleteFrom("custom_role").where("id", "=", id).execute();
        const target = { id, name: before.name };
        await note(trx, scope, { action: "role.delete", target, before: roleFields(before) });
        return accept(undefined);
      });
    },
  };
}

const refuseBuiltIn = (id: string) => refuse("role.built-in", `${id} is built in`);

function refuseInUse(name: string, { members, invitations }: Record<keyof Carriers, string[]>) {
  const errors = [
    ...(members.length === 0 ? [] : [{ path: "members", message: named(members) }]),
    ...(invitations.length === 0 ? [] : [{ path: "invitations", message: named(invitations) }]),
  ];
  const who = errors.map(({ path, message }) => `${path} with it: ${message}`).join("; ");
  return refuse("role.in-use", `${name} is in use; ${who}`, errors);
}

function named(names: readonly string[]): string {
  const shown = names.slice(0, NAMED_MAX).join(", ");
  return names.length > NAMED_MAX ? `${shown} and ${names.length - NAMED_MAX} more` : shown;
}

const toColumns = ({ name, description, permissions }: RoleInput) => ({
  name,
  description,
  permissions: JSON.stringify(permissions),
});

const NOBODY: Carriers = { members: 0, invitations: 0 };

function toBuiltIn(role: (typeof BUILT_IN_ROLES)[number], carriers = NOBODY): Role {
  return {
    id: role,
    name: role,
    description: ROLE_ABOUT[role],
    permissions: [...ROLE_PERMISSIONS[role]],
    builtIn: true,
    ...carriers,
    createdAt: null,
    updatedAt: null,
  };
}

function toRole({ created_ms, updated_ms, ...row }: RoleRow, carriers = NOBODY): Role {
  return {
    ...row,
    builtIn: false,
    ...carriers,
    createdAt: toTimestamp(created_ms),
    updatedAt: toTimestamp(updated_ms),
  };
}
