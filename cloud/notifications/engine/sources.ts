import { type Kysely, sql } from "kysely";
import type { Address } from "../../../protocol/notifications/address.ts";
import type { QuietHours } from "../../../protocol/notifications/quiet-hours.ts";
import type { NotificationTargets } from "../../../protocol/notifications/targets.ts";
import type { Tables } from "../../database/tables.ts";
import { countTargets, selectTargets } from "../../jobs/jobs.ts";
import type { EndpointRow } from "../endpoint-store.ts";

/** Who is meant, looked up page by page in the organisation's records as they are now. */

type Db = Kysely<Tables>;

/** In this order. Null behind the last. */
export const STAGES = ["devices", "people", "endpoints", "addresses"] as const;
export type Stage = (typeof STAGES)[number];

export const stageAfter = (stage: Stage): Stage | null => STAGES[STAGES.indexOf(stage) + 1] ?? null;

export interface MeantDevice {
  id: string;
  name: string;
  siteId: string;
  siteName: string;
  timeZone: string;
  /** Registered for the device, and in use. */
  endpoints: EndpointRow[];
}

export interface MeantPerson {
  id: string;
  name: string;
  language: string | null;
  quietHours: QuietHours | null;
  mayBeMailed: boolean;
  endpoints: EndpointRow[];
}

/** The next devices after one, in the order of their ids. */
export async function selectDevices(
  db: Db,
  organizationId: string,
  targets: NotificationTargets,
  after: string,
  limit: number,
): Promise<MeantDevice[]> {
  if (!namesDevices(targets)) return [];
  const found = await selectTargets(db, meantDevices(organizationId, targets), after, limit);
  if (found.length === 0) return [];
  const sites = await db
    .selectFrom("site")
    .select(["id", "name", "time_zone"])
    .where("id", "in", [...new Set(found.map((one) => one.site_id))])
    .execute();
  const siteOf = new Map(sites.map((site) => [site.id, site]));
  const endpoints = await usable(
    db,
    organizationId,
    "device_id",
    found.map(({ id }) => id),
  );
  return found.map(({ id, name, site_id: siteId }) => ({
    ...{ id, name, siteId },
    siteName: siteOf.get(siteId)?.name ?? "",
    timeZone: siteOf.get(siteId)?.time_zone ?? "UTC",
    endpoints: endpoints.get(id) ?? [],
  }));
}

/** The next people after one, in the order of their ids. */
export async function selectPeople(
  db: Db,
  organizationId: string,
  targets: NotificationTargets,
  after: string,
  limit: number,
): Promise<MeantPerson[]> {
  if (!namesPeople(targets)) return [];
  const found = await people(db, organizationId, targets)
    .leftJoin("notification_setting as setting", (join) =>
      join.onRef("setting.user_id", "=", "user.id").on("setting.organization_id", "=", organizationId),
    )
    .select(["user.id", "user.name", "setting.language", "setting.quiet_hours", "setting.email as letters"])
    .where("user.id", ">", after)
    .orderBy("user.id")
    .limit(limit)
    .execute();
  const endpoints = await usable(
    db,
    organizationId,
    "user_id",
    found.map(({ id }) => id),
  );
  return found.map(({ id, name, language, quiet_hours, letters }) => ({
    ...{ id, name, language },
    quietHours: quiet_hours === null ? null : (JSON.parse(quiet_hours) as QuietHours),
    mayBeMailed: letters !== 0,
    endpoints: endpoints.get(id) ?? [],
  }));
}

/** The next of the endpoints that are named, in the order of their ids. */
export function selectEndpoints(
  db: Db,
  organizationId: string,
  targets: NotificationTargets,
  after: string,
  limit: number,
): Promise<EndpointRow[]> {
  const ids = targets.endpoints ?? [];
  if (ids.length === 0) return Promise.resolve([]);
  return db
    .selectFrom("push_endpoint")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .where("id", "in", ids)
    .where("id", ">", after)
    .where("disabled_ms", "is", null)
    .orderBy("id")
    .limit(limit)
    .execute();
}

/** Addresses as they are. `after`: how many of them are done. */
export function selectAddresses(targets: NotificationTargets, after: number, limit: number): Address[] {
  return (targets.addresses ?? []).slice(after, after + limit);
}

export async function countRecipients(
  db: Db,
  organizationId: string,
  targets: NotificationTargets,
): Promise<{ devices: number; people: number; endpoints: number; addresses: number }> {
  const devices = namesDevices(targets)
    ? (await countTargets(db, meantDevices(organizationId, targets))).targets
    : 0;
  const counted = namesPeople(targets)
    ? await people(db, organizationId, targets)
        .select((eb) => eb.fn.count<number>("user.id").distinct().as("people"))
        .executeTakeFirstOrThrow()
    : { people: 0 };
  const endpoints = (await selectEndpoints(db, organizationId, targets, "", targets.endpoints?.length ?? 0))
    .length;
  return { devices, people: counted.people, endpoints, addresses: targets.addresses?.length ?? 0 };
}

/** Whether there is anything in them that devices can match. */
export const namesDevices = ({ devices, sites, tags, filter }: NotificationTargets): boolean =>
  filter !== undefined || [devices, sites, tags].some((list) => (list?.length ?? 0) > 0);

const namesPeople = ({ people: some, roles, topics, everyone }: NotificationTargets): boolean =>
  everyone === true || [some, roles, topics].some((list) => (list?.length ?? 0) > 0);

/** As targets of jobs are looked up. */
export function meantDevices(organizationId: string, { devices, sites, tags, filter }: NotificationTargets) {
  const targets = {
    ...(devices === undefined ? {} : { devices }),
    ...(sites === undefined ? {} : { sites }),
    ...(tags === undefined ? {} : { tags }),
    ...(filter === undefined ? {} : { filter }),
  };
  return { organizationId, targets, onGateways: false };
}

/** Members, whom a target means. */
function people(db: Db, organizationId: string, targets: NotificationTargets) {
  const { people: named = [], roles = [], topics = [], everyone } = targets;
  return db
    .selectFrom("user")
    .innerJoin("member", (join) =>
      join.onRef("member.userId", "=", "user.id").on("member.organizationId", "=", organizationId),
    )
    .where((where) =>
      where.or([
        ...(everyone === true ? [sql<boolean>`1 = 1`] : []),
        ...(named.length === 0 ? [] : [where("user.id", "in", named)]),
        ...(roles.length === 0 ? [] : [where("member.role", "in", roles)]),
        ...(topics.length === 0
          ? []
          : [
              where(
                "user.id",
                "in",
                db
                  .selectFrom("topic_subscription")
                  .select("user_id")
                  .where("organization_id", "=", organizationId)
                  .where("topic", "in", topics),
              ),
            ]),
      ]),
    );
}

async function usable(
  db: Db,
  organizationId: string,
  column: "user_id" | "device_id",
  ids: readonly string[],
): Promise<Map<string, EndpointRow[]>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom("push_endpoint")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .where(column, "in", ids)
    .where("disabled_ms", "is", null)
    .orderBy("id")
    .execute();
  return Map.groupBy(rows, (row) => row[column] ?? "");
}
