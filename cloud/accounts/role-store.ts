import type { RoleInput } from "../../protocol/accounts/role.ts";
import type { CustomRoleTable } from "../database/account-tables.ts";
import type { CloudDatabase } from "../database/database.ts";
import { readPermissions } from "./roles.ts";

type Reader = Pick<CloudDatabase["read"], "selectFrom">;

export interface RoleRow extends Omit<CustomRoleTable, "organization_id" | "permissions">, RoleInput {}

/** How many carry a role. */
export interface Carriers {
  members: number;
  invitations: number;
}

/** An organisation's own roles, by name. */
export async function selectRoles(from: Reader, organizationId: string): Promise<RoleRow[]> {
  const rows = await from
    .selectFrom("custom_role")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .orderBy("name")
    .orderBy("id")
    .execute();
  return rows.map(toRow);
}

export async function findRole(from: Reader, organizationId: string, id: string): Promise<RoleRow | null> {
  const row = await from
    .selectFrom("custom_role")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .where("id", "=", id)
    .executeTakeFirst();
  return row === undefined ? null : toRow(row);
}

/** The id of the role of this name, whatever its case. */
export async function findRoleByName(
  from: Reader,
  organizationId: string,
  name: string,
): Promise<string | null> {
  const row = await from
    .selectFrom("custom_role")
    .select("id")
    .where("organization_id", "=", organizationId)
    .where((where) =>
      where(where.fn<string>("lower", ["name"]), "=", where.fn<string>("lower", [where.val(name)])),
    )
    .executeTakeFirst();
  return row?.id ?? null;
}

/** How many members and open invitations carry each role; none of one that nobody carries. */
export async function countCarriers(
  from: Reader,
  organizationId: string,
  nowMs: number,
): Promise<Map<string, Carriers>> {
  const members = await from
    .selectFrom("member")
    .select((select) => ["role", select.fn.countAll<number>().as("count")])
    .where("organizationId", "=", organizationId)
    .groupBy("role")
    .execute();
  const invitations = await openInvitations(from, organizationId, nowMs)
    .select((select) => ["role", select.fn.countAll<number>().as("count")])
    .groupBy("role")
    .execute();
  const carriers = new Map<string, Carriers>();
  for (const { role, count } of members) carriers.set(role, { members: Number(count), invitations: 0 });
  for (const { role, count } of invitations)
    carriers.set(role, { members: carriers.get(role)?.members ?? 0, invitations: Number(count) });
  return carriers;
}

/** Who carries a role, by name or email. */
export async function nameCarriers(
  from: Reader,
  organizationId: string,
  role: string,
  nowMs: number,
): Promise<{ members: string[]; invitations: string[] }> {
  const members = await from
    .selectFrom("member")
    .innerJoin("user", "user.id", "member.userId")
    .select(["user.name", "user.email"])
    .where("member.organizationId", "=", organizationId)
    .where("member.role", "=", role)
    .orderBy("user.name")
    .orderBy("user.email")
    .execute();
  const invitations = await openInvitations(from, organizationId, nowMs)
    .select("email")
    .where("role", "=", role)
    .orderBy("email")
    .execute();
  return {
    members: members.map(({ name, email }) => `${name} (${email})`),
    invitations: invitations.map(({ email }) => email),
  };
}

function openInvitations(from: Reader, organizationId: string, nowMs: number) {
  return from
    .selectFrom("invitation")
    .where("organizationId", "=", organizationId)
    .where("status", "=", "pending")
    .where("expiresAt", ">", new Date(nowMs).toISOString());
}

function toRow({ organization_id: _, permissions, ...row }: CustomRoleTable): RoleRow {
  return { ...row, permissions: readPermissions(permissions) };
}
