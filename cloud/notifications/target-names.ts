import type { Kysely } from "kysely";
import { isBuiltIn } from "../../protocol/accounts/role.ts";
import type { NotificationTargets } from "../../protocol/notifications/targets.ts";
import type { Tables } from "../database/tables.ts";

/** What the ids among targets are called, for people who read whom a notification was for. */

/** Of each kind: more are counted and not told. */
const NAMED_OF_EACH = 5;

type Targets = NotificationTargets | null;
type Ids = "roles" | "sites" | "people" | "devices";

/**
 * Names by id of the first {@link NAMED_OF_EACH} roles, sites, people and devices of each of these, as they are called now. Roles
 * that come with the system are called in the reader's own language and are not among them, nor is what is gone.
 */
export async function targetNames(
  db: Kysely<Tables>,
  organizationId: string,
  all: readonly Targets[],
): Promise<Map<string, string>> {
  const ids = (of: Ids) => [...new Set(all.flatMap((one) => one?.[of]?.slice(0, NAMED_OF_EACH) ?? []))];
  const roles = ids("roles").filter((id) => !isBuiltIn(id));
  const [sites, people, devices] = [ids("sites"), ids("people"), ids("devices")];
  const found = [
    ...(roles.length === 0 ? [] : await ofOrganization("custom_role", roles)),
    ...(sites.length === 0 ? [] : await ofOrganization("site", sites)),
    ...(devices.length === 0 ? [] : await ofOrganization("device", devices)),
    ...(people.length === 0 ? [] : await members()),
  ];
  return new Map(found.map(({ id, name }) => [id, name]));

  function ofOrganization(table: "custom_role" | "site" | "device", wanted: readonly string[]) {
    return db
      .selectFrom(table)
      .select(["id", "name"])
      .where("organization_id", "=", organizationId)
      .where("id", "in", wanted)
      .execute();
  }

  function members() {
    return db
      .selectFrom("user")
      .innerJoin("member", "member.userId", "user.id")
      .select(["user.id", "user.name"])
      .where("member.organizationId", "=", organizationId)
      .where("user.id", "in", people)
      .execute();
  }
}

/** Those of them that are of these targets. */
export function namesOf(names: ReadonlyMap<string, string>, targets: Targets): Record<string, string> {
  const { roles = [], sites = [], people = [], devices = [] } = targets ?? {};
  return Object.fromEntries(
    [...roles, ...sites, ...people, ...devices].flatMap((id) => {
      const name = names.get(id);
      return name === undefined ? [] : [[id, name]];
    }),
  );
}
