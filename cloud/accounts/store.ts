import type { CloudDatabase } from "../database/database.ts";

/** A person's place in an organisation. */
export interface Membership {
  organizationId: string;
  organizationName: string;
  role: string;
}

/** A person's organisations, the one of longest standing first. */
export function membershipsOf(db: CloudDatabase, userId: string): Promise<Membership[]> {
  return db.read
    .selectFrom("member")
    .innerJoin("organization", "organization.id", "member.organizationId")
    .select(["organization.id as organizationId", "organization.name as organizationName", "member.role"])
    .where("member.userId", "=", userId)
    .orderBy("member.id")
    .execute();
}

/** The organisation of this name; when there is no name, the only one there is. */
export async function findOrganizations(
  db: CloudDatabase,
  name: string | null,
): Promise<{ id: string; name: string }[]> {
  const all = db.read.selectFrom("organization").select(["id", "name"]).orderBy("name");
  return (name === null ? all : all.where("name", "=", name)).execute();
}

export async function hasPeople(db: CloudDatabase): Promise<boolean> {
  return (await db.read.selectFrom("user").select("id").limit(1).execute()).length > 0;
}
