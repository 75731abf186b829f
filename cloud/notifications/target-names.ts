import type { Kysely } from "kysely";
import { isBuiltIn } from "../../protocol/accounts/role.ts";
import type { Notification } from "../../protocol/notifications/notification.ts";
import type { NotificationTargets } from "../../protocol/notifications/targets.ts";
import type { Tables } from "../database/tables.ts";

/** What the ids among targets are called, for people who read whom a notification was for. */

/** Of each kind: more are counted and not told. */
const NAMED_OF_EACH = 5;

type Targets = NotificationTargets | null;
type Ids = "roles" | "sites" | "people" | "devices";

/** What each is called, by id, and whether it is a simulated device. */
export type TargetNames = ReadonlyMap<string, { name: string; isSimulated: boolean }>;

/**
 * Names by id of the first {@link NAMED_OF_EACH} roles, sites, people and devices of each of these, as they are called now. Roles
 * that come with the system are called in the reader's own language and are not among them, nor is what is gone.
 */
export async function targetNames(
  db: Kysely<Tables>,
  organizationId: string,
  all: readonly Targets[],
): Promise<TargetNames> {
  const ids = (of: Ids) => [...new Set(all.flatMap((one) => one?.[of]?.slice(0, NAMED_OF_EACH) ?? []))];
  const roles = ids("roles").filter((id) => !isBuiltIn(id));
  const [sites, people, devices] = [ids("sites"), ids("people"), ids("devices")];
  const found = [
    ...(roles.length === 0 ? [] : await ofOrganization("custom_role", roles).execute()),
    ...(sites.length === 0 ? [] : await ofOrganization("site", sites).execute()),
    ...(devices.length === 0 ? [] : await ofOrganization("device", devices).select("provenance").execute()),
    ...(people.length === 0 ? [] : await members()),
  ];
  return new Map(
    found.map(({ id, name, ...of }) => [
      id,
      { name, isSimulated: "provenance" in of && of.provenance === "simulated" },
    ]),
  );

  function ofOrganization(table: "custom_role" | "site" | "device", wanted: readonly string[]) {
    return db
      .selectFrom(table)
      .select(["id", "name"])
      .where("organization_id", "=", organizationId)
      .where("id", "in", wanted);
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
export function namesOf(
  names: TargetNames,
  targets: Targets,
): Pick<Notification, "targetNames" | "simulatedTargets"> {
  const { roles = [], sites = [], people = [], devices = [] } = targets ?? {};
  const known = [...roles, ...sites, ...people, ...devices].flatMap((id) => {
    const found = names.get(id);
    return found === undefined ? [] : [{ id, ...found }];
  });
  return {
    targetNames: Object.fromEntries(known.map(({ id, name }) => [id, name])),
    simulatedTargets: known.filter(({ isSimulated }) => isSimulated).map(({ id }) => id),
  };
}
