import { ALL_PERMISSIONS, type Permission } from "../../protocol/accounts/permissions.ts";
import {
  BUILT_IN_ROLES,
  type BuiltInRole,
  type CarriedRole,
  isBuiltIn,
  ROLE_PERMISSIONS,
  type Role,
} from "../../protocol/accounts/role.ts";
import { type Refusal, refuse } from "../../protocol/errors.ts";
import { isId } from "../../protocol/ids.ts";
import type { CloudDatabase } from "../database/database.ts";
import type { Scope } from "./scope.ts";

/** A role as somebody carries it, and what it allows now. */
export interface Standing extends CarriedRole {
  permissions: readonly Permission[];
}

/** What a query selects that joins `custom_role` to the role somebody carries; null of a built-in role. */
export const CUSTOM_ROLE = [
  "custom_role.name as customName",
  "custom_role.permissions as customPermissions",
] as const;

interface CarriedRow {
  role: string;
  customName: string | null;
  customPermissions: string | null;
}

/** What the role means that is carried. An id of which there is no role allows nothing. */
export function standingOf({ role, customName, customPermissions }: CarriedRow): Standing {
  if (customName !== null && customPermissions !== null)
    return { role, roleName: customName, permissions: readPermissions(customPermissions) };
  return isId(role) ? { role, roleName: "", permissions: [] } : builtInStanding(builtInOf(role));
}

export function builtInStanding(role: BuiltInRole): Standing {
  return { role, roleName: role, permissions: ROLE_PERMISSIONS[role] };
}

/** Of a row's JSON those that this version knows. */
export function readPermissions(json: string): Permission[] {
  const stored = JSON.parse(json) as string[];
  return ALL_PERMISSIONS.filter((permission) => stored.includes(permission));
}

/** A role that members of the organisation can carry; null when there is none. */
export async function findStanding(
  from: Pick<CloudDatabase["read"], "selectFrom">,
  organizationId: string,
  role: string,
): Promise<Standing | null> {
  if (isBuiltIn(role)) return builtInStanding(role);
  const row = await from
    .selectFrom("custom_role")
    .select(["id as role", ...CUSTOM_ROLE])
    .where("organization_id", "=", organizationId)
    .where("id", "=", role)
    .executeTakeFirst();
  return row === undefined ? null : standingOf(row);
}

/**
 * The refusal of somebody who gives, changes or takes away what they may not do themselves; null when they may all of
 * it. Code: `auth.forbidden`, at the field `path`.
 */
export function refuseBeyond(
  scope: Scope,
  permissions: readonly Permission[],
  path: string,
): { ok: false; refusal: Refusal } | null {
  const beyond = permissions.filter((permission) => !scope.permissions.includes(permission));
  if (beyond.length === 0) return null;
  const message = `has what you may not do yourself: ${beyond.join(", ")}`;
  return refuse("auth.forbidden", `${path} ${message}`, [{ path, message }]);
}

/** Of the roles those that somebody may give. */
export function givable(scope: Scope, roles: readonly Role[]): Role[] {
  return roles
    .filter(({ id }) => id !== "owner" || scope.role === "owner")
    .filter(({ permissions }) => permissions.every((permission) => scope.permissions.includes(permission)));
}

/** How a role is told of in the audit log: as what it is, and as it was called then. */
export function told({ role, roleName }: CarriedRole): object {
  return isBuiltIn(role) ? { role } : { role, roleName };
}

/** The library's roles are ours; of several, separated by commas, the first counts. Its `admin` is administrator. */
function builtInOf(text: string): BuiltInRole {
  const first = text.split(",")[0] ?? "";
  return BUILT_IN_ROLES.find((role) => role === first) ?? (first === "admin" ? "administrator" : "viewer");
}
