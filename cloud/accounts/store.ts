import type { Kysely } from "kysely";
import type { CloudDatabase } from "../database/database.ts";
import type { Tables } from "../database/tables.ts";
import { CUSTOM_ROLE, type Standing, standingOf } from "./roles.ts";

/** A person's place in an organisation. */
export interface Membership {
  organizationId: string;
  organizationName: string;
  standing: Standing;
}

/** A person's organisations, the one of longest standing first. */
export async function membershipsOf(db: CloudDatabase, userId: string): Promise<Membership[]> {
  const rows = await db.read
    .selectFrom("member")
    .innerJoin("organization", "organization.id", "member.organizationId")
    .leftJoin("custom_role", "custom_role.id", "member.role")
    .select(["organization.id as organizationId", "organization.name as organizationName"])
    .select(["member.role", ...CUSTOM_ROLE])
    .where("member.userId", "=", userId)
    .orderBy("member.createdAt")
    .orderBy("member.id")
    .execute();
  return rows.map(toMembership);
}

export function toMembership(
  row: Omit<Membership, "standing"> & Parameters<typeof standingOf>[0],
): Membership {
  const { organizationId, organizationName } = row;
  return { organizationId, organizationName, standing: standingOf(row) };
}

/** Organisations of this name or id; all of them when there is no name. */
export async function findOrganizations(
  db: CloudDatabase,
  name: string | null,
): Promise<{ id: string; name: string }[]> {
  const all = db.read.selectFrom("organization").select(["id", "name"]).orderBy("name");
  if (name === null) return all.execute();
  return all.where((where) => where.or([where("name", "=", name), where("id", "=", name)])).execute();
}

/** "" when there is no such organisation. */
export async function organizationName(db: Kysely<Tables>, id: string): Promise<string> {
  const found = await db.selectFrom("organization").select("name").where("id", "=", id).executeTakeFirst();
  return found?.name ?? "";
}

export async function endSession(db: CloudDatabase, token: string): Promise<void> {
  await db.write((trx) => trx.deleteFrom("session").where("token", "=", token).execute());
}

/** The person, and by the tables' rules everything that hangs on them. */
export async function removeUser(db: CloudDatabase, id: string): Promise<void> {
  await db.write((trx) => trx.deleteFrom("user").where("id", "=", id).execute());
}

/** Whether anybody has an account. */
export async function hasUsers(db: CloudDatabase): Promise<boolean> {
  return (await db.read.selectFrom("user").select("id").limit(1).executeTakeFirst()) !== undefined;
}
