import { type Kysely, sql } from "kysely";
import { accept, type FieldError, type Result, refuse, refuseField } from "../../protocol/errors.ts";
import type { JobTargets } from "../../protocol/jobs/job-targets.ts";
import { prepared } from "../database/prepared.ts";
import type { Tables } from "../database/tables.ts";
import { devicesMeant } from "../devices/devices.ts";

/** What a job is run on, looked up in the organisation's records as they are now. */

export interface Target {
  /** Of the device, or of the gateway. */
  id: string;
  name: string;
  /** Null of a gateway. */
  key: string | null;
  gateway_id: string;
  site_id: string;
  /** Of a gateway `real`. */
  provenance: string;
}

/** Targets of an organisation's job. */
export interface Meant {
  organizationId: string;
  targets: JobTargets;
  onGateways: boolean;
}

/** Of a row of `gateway` with its `site`: a gateway that has its site's name is called by that alone. */
export const GATEWAY_NAME = sql<string>`case when gateway.name = site.name then site.name
  else site.name || ' · ' || gateway.name end`;

const OF_DEVICE = [
  ...(["device.id", "device.name", "device.key"] as const),
  ...(["device.gateway_id", "device.site_id", "device.provenance"] as const),
] as const;

/** The next targets after one, in the order of their ids. */
export async function selectTargets(
  db: Kysely<Tables>,
  meant: Meant,
  after: string,
  limit: number,
): Promise<Target[]> {
  const only = onlyDevice(meant);
  if (only !== null)
    return (await selectDevice(db, meant.organizationId, only)).filter(({ id }) => id > after);
  if (meant.onGateways)
    return gateways(db, meant)
      .innerJoin("site", "site.id", "gateway.site_id")
      .select([
        "gateway.id",
        GATEWAY_NAME.as("name"),
        sql<string | null>`null`.as("key"),
        "gateway.id as gateway_id",
        "gateway.site_id",
        sql<string>`'real'`.as("provenance"),
      ])
      .where("gateway.id", ">", after)
      .orderBy("gateway.id")
      .limit(limit)
      .execute();
  return devices(db, meant)
    .select(OF_DEVICE)
    .where("device.id", ">", after)
    .orderBy("device.id")
    .limit(limit)
    .execute();
}

export async function countTargets(
  db: Kysely<Tables>,
  meant: Meant,
): Promise<{ targets: number; gateways: number }> {
  const { targets, at } = meant.onGateways
    ? await gateways(db, meant)
        .select((eb) => [eb.fn.countAll<number>().as("targets"), eb.fn.countAll<number>().as("at")])
        .executeTakeFirstOrThrow()
    : await devices(db, meant)
        .select((eb) => [
          eb.fn.countAll<number>().as("targets"),
          eb.fn.count<number>("device.gateway_id").distinct().as("at"),
        ])
        .executeTakeFirstOrThrow();
  return { targets, gateways: at };
}

/** The gateways at which there is a target, after one, in the order of their ids, each with the zone of its site. */
export function selectGateways(
  db: Kysely<Tables>,
  meant: Meant,
  after: string,
  limit: number,
): Promise<{ id: string; time_zone: string }[]> {
  let select = db
    .selectFrom("gateway")
    .innerJoin("site", "site.id", "gateway.site_id")
    .select(["gateway.id", "site.time_zone"])
    .where("gateway.id", ">", after)
    .orderBy("gateway.id")
    .limit(limit);
  select = meant.onGateways
    ? select.where("gateway.id", "in", gateways(db, meant).select("gateway.id"))
    : select.where("gateway.id", "in", devices(db, meant).select("device.gateway_id"));
  return select.execute();
}

/** Keys of the devices meant at one gateway. */
export async function keysAt(
  db: Kysely<Tables>,
  meant: Meant,
  gatewayId: string,
  limit: number,
): Promise<string[]> {
  const rows = await devices(db, meant)
    .select("device.key")
    .where("device.gateway_id", "=", gatewayId)
    .orderBy("device.key")
    .limit(limit)
    .execute();
  return rows.map(({ key }) => key);
}

/** The zone in which a job's runs are told: that of the first site. */
export async function firstZone(db: Kysely<Tables>, meant: Meant): Promise<string> {
  const only = onlyDevice(meant);
  if (only !== null) return (await selectZone(db, meant.organizationId, only))[0]?.time_zone ?? "UTC";
  const [first] = await selectGateways(db, meant, "", 1);
  return first?.time_zone ?? "UTC";
}

/** Refuses names of what is not there, at its place in the list, and targets that come to nothing. */
export async function checkTargets(db: Kysely<Tables>, meant: Meant): Promise<Result<void>> {
  const { organizationId, targets } = meant;
  if (onlyDevice(meant) !== null && (await selectTargets(db, meant, "", 1)).length > 0)
    return accept(undefined);
  const errors: FieldError[] = [];
  for (const [field, table] of [
    ["devices", "device"],
    ["sites", "site"],
    ["gateways", "gateway"],
  ] as const) {
    const ids = targets[field] ?? [];
    if (ids.length === 0) continue;
    const rows = await db
      .selectFrom(table)
      .select(`${table}.id`)
      .where(`${table}.organization_id`, "=", organizationId)
      .where(`${table}.id`, "in", [...new Set(ids)])
      .execute();
    const there = new Set(rows.map(({ id }) => id));
    for (const [index, id] of ids.entries())
      if (!there.has(id))
        errors.push({ path: `targets.${field}.${index}`, message: `there is no such ${table}` });
  }
  const [first] = errors;
  if (first !== undefined) return refuse("request.invalid", `${first.path}: ${first.message}`, errors);
  const some = await selectTargets(db, meant, "", 1);
  const what = meant.onGateways ? "gateway" : "device";
  return some.length > 0
    ? accept(undefined)
    : refuseField("targets", `mean no ${what} that can be reached now`);
}

/** The device when one is meant by its id and nothing else is, as most commands have it; else null. */
export function onlyDevice({ targets, onGateways }: Meant): string | null {
  const [first, ...rest] = Object.entries(targets).filter(([, meant]) => meant !== undefined);
  if (onGateways || rest.length > 0 || first?.[0] !== "devices") return null;
  return targets.devices?.length === 1 ? (targets.devices[0] ?? null) : null;
}

/** The device as a target, to be asked for more of it. */
export function selectOne(db: Kysely<Tables>, organizationId: string, id: string) {
  return oneDevice(db, organizationId, id).select(OF_DEVICE);
}

const selectDevice = prepared((db, organizationId: string, id: string) => selectOne(db, organizationId, id));
const selectZone = prepared((db, organizationId: string, id: string) =>
  oneDevice(db, organizationId, id).innerJoin("site", "site.id", "own.site_id").select("site.time_zone"),
);

/** As {@link devices} has it when that is all that is meant. */
function oneDevice(db: Kysely<Tables>, organizationId: string, id: string) {
  return db
    .selectFrom("device")
    .innerJoin("gateway as own", "own.id", "device.gateway_id")
    .where("device.id", "=", id)
    .where("device.organization_id", "=", organizationId)
    .where("device.lifecycle", "in", ["active", "suspended"])
    .where("own.organization_id", "=", organizationId)
    .where("own.revoked_ms", "is", null)
    .where("own.paused_ms", "is", null);
}

/** Devices that their gateway knows, but those people have put away. */
export function devices(db: Kysely<Tables>, meant: Meant) {
  return named(db, meant)
    .where("device.lifecycle", "in", ["active", "suspended"])
    .where("device.gateway_id", "in", reachable(db, meant.organizationId));
}

/** Those that are named and left out: expected or, when they are named one by one, retired; or of a gateway that is revoked or paused. */
export function devicesLeftOut(db: Kysely<Tables>, meant: Meant) {
  const { organizationId, targets } = meant;
  return named(db, meant)
    .where((where) =>
      where.or([
        where("device.lifecycle", "!=", "retired"),
        ...listed(targets.devices).map((ids) => where("device.id", "in", ids)),
      ]),
    )
    .where((where) =>
      where.or([
        where("device.lifecycle", "not in", ["active", "suspended"]),
        where("device.gateway_id", "is", null),
        where("device.gateway_id", "not in", reachable(db, organizationId)),
      ]),
    );
}

function named(db: Kysely<Tables>, { organizationId, targets }: Meant) {
  const scope = { organizationId };
  const isFew = targets.types === undefined && targets.tags === undefined && targets.filter === undefined;
  // Those of some sites are looked up by these: in the order of ids the planner would rather read all of the organisation.
  const organization = isFew
    ? sql<string>`+device.organization_id`
    : sql.ref<string>("device.organization_id");
  return db
    .selectFrom("device")
    .where(organization, "=", organizationId)
    .where((where) =>
      where.or([
        ...listed(targets.devices).map((ids) => where("device.id", "in", ids)),
        ...listed(targets.sites).map((ids) => where("device.site_id", "in", ids)),
        ...listed(targets.types).map((types) => where("device.type", "in", types)),
        ...listed(targets.tags).map((tags) =>
          where(
            "device.id",
            "in",
            db
              .selectFrom("device_tag")
              .select("device_id")
              .where("organization_id", "=", organizationId)
              .where("tag", "in", tags),
          ),
        ),
        ...(targets.filter === undefined
          ? []
          : [where("device.id", "in", devicesMeant(db, scope, targets.filter).select("device.id"))]),
      ]),
    );
}

function gateways(db: Kysely<Tables>, { organizationId, targets }: Meant) {
  return db
    .selectFrom("gateway")
    .where("gateway.id", "in", reachable(db, organizationId))
    .where((where) =>
      where.or([
        ...listed(targets.gateways).map((ids) => where("gateway.id", "in", ids)),
        ...listed(targets.sites).map((ids) => where("gateway.site_id", "in", ids)),
        ...listed(targets.tags).map((tags) =>
          where(
            "gateway.site_id",
            "in",
            db
              .selectFrom("site_tag")
              .select("site_id")
              .where("organization_id", "=", organizationId)
              .where("tag", "in", tags),
          ),
        ),
      ]),
    );
}

/** Neither revoked nor of a site that is deleted. */
function reachable(db: Kysely<Tables>, organizationId: string) {
  return db
    .selectFrom("gateway as own")
    .select("own.id")
    .where("own.organization_id", "=", organizationId)
    .where("own.revoked_ms", "is", null)
    .where("own.paused_ms", "is", null);
}

function listed<Item>(items: readonly Item[] | undefined): [] | [[Item, ...Item[]]] {
  const [first, ...rest] = items ?? [];
  return first === undefined ? [] : [[first, ...rest]];
}
