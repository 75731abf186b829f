import { type Kysely, type RawBuilder, sql } from "kysely";
import { provenanceOf } from "../../../protocol/devices/provenance.ts";
import { opensAt } from "../../../protocol/jobs/time-window.ts";
import { PLATFORMS, type PlatformName } from "../../../protocol/notifications/address.ts";
import type { NotificationInput } from "../../../protocol/notifications/notification.ts";
import { LEFT_OUT_NAMED, type LeftOutReason } from "../../../protocol/notifications/reach.ts";
import type { NotificationTargets } from "../../../protocol/notifications/targets.ts";
import type { Tables } from "../../database/tables.ts";
import { devicesLeftOut, devicesTargeted } from "../../jobs/jobs.ts";
import { meantDevices, namesDevices } from "../engine/sources.ts";
import type { ReachTally } from "./reach-tally.ts";

type Db = Kysely<Tables>;

/** Which platforms are meant, and which of those can be sent by. */
export interface Ways {
  meant: readonly PlatformName[];
  able: readonly PlatformName[];
}

/** Counted by the database: a filter may mean a hundred thousand. */
export async function reachDevices(
  db: Db,
  organizationId: string,
  targets: NotificationTargets,
  ways: Ways,
  siteHours: NotificationInput["siteHours"],
  nowMs: number,
  tally: ReachTally,
): Promise<void> {
  if (!namesDevices(targets)) return;
  const meant = meantDevices(organizationId, targets);
  const isShut = (zone: string) => siteHours !== undefined && opensAt(siteHours, zone, nowMs) > nowMs;
  const sum = (rows: readonly { zone: string; devices: number }[]): [number, number] => {
    const of = (some: readonly { devices: number }[]) => some.reduce((all, { devices }) => all + devices, 0);
    return [of(rows), of(rows.filter(({ zone }) => isShut(zone)))];
  };
  const byZone = () =>
    devicesTargeted(db, meant)
      .innerJoin("site", "site.id", "device.site_id")
      .groupBy("site.time_zone")
      .select((eb) => ["site.time_zone as zone", eb.fn.count<number>("device.id").distinct().as("devices")]);
  const registered = (platforms: readonly PlatformName[]) =>
    byZone()
      .innerJoin("push_endpoint as own", "own.device_id", "device.id")
      .where("own.disabled_ms", "is", null)
      .where("own.platform", "in", platforms);

  const itself = ways.meant.includes("mqtt");
  const others = ways.able.filter((platform) => platform !== "mqtt");
  if (itself) {
    const all = sum(await byZone().execute());
    tally.reach(...all);
    tally.by("mqtt", ...all);
  } else if (others.length > 0) tally.reach(...sum(await registered(others).execute()));
  for (const platform of others) tally.by(platform, ...sum(await registered([platform]).execute()));

  const unused = devicesLeftOut(db, meant).select(["device.id", "device.name", "device.provenance"]);
  await leave(db, tally, unused.select(sql<LeftOutReason>`'not-in-use'`.as("reason")), null);
  if (!itself) await leave(db, tally, unreached(db, meant, ways), ways);
}

/** Of those who are at none of the platforms that are meant, each with the reason. */
function unreached(db: Db, meant: ReturnType<typeof meantDevices>, { meant: platforms, able }: Ways) {
  const some = (condition: RawBuilder<boolean>) => sql<number>`sum(case when ${condition} then 1 else 0 end)`;
  const used = sql`own.disabled_ms is null`;
  const ended = sql`own.disabled_ms is not null`;
  return devicesTargeted(db, meant)
    .leftJoin("push_endpoint as own", "own.device_id", "device.id")
    .groupBy(["device.id", "device.name", "device.provenance"])
    .having(some(sql`${used} and ${isOneOf(able)}`), "=", 0)
    .select([
      "device.id",
      "device.name",
      "device.provenance",
      // By its gateway each of them could be reached.
      sql<LeftOutReason>`case
        when ${some(sql`${used} and ${isOneOf(platforms)}`)} > 0 then 'not-configured'
        when ${some(sql`${ended} and ${isOneOf(platforms)}`)} > 0 then 'disabled'
        else 'channel' end`.as("reason"),
    ]);
}

const isOneOf = (platforms: readonly PlatformName[]): RawBuilder<boolean> =>
  platforms.length === 0 ? sql`1 = 0` : sql`own.platform in (${sql.join(platforms)})`;

/** `ways` null: nothing of theirs is told. */
async function leave(
  db: Db,
  tally: ReachTally,
  devices: ReturnType<typeof unreached>,
  ways: Ways | null,
): Promise<void> {
  const left = () => db.selectFrom(devices.as("left_out"));
  const counted = await left()
    .select((eb) => ["reason", eb.fn.countAll<number>().as("devices")])
    .groupBy("reason")
    .execute();
  for (const { reason, devices: count } of counted) {
    const first = await left()
      .select(["id", "name", "provenance"])
      .where("reason", "=", reason)
      .orderBy("name")
      .orderBy("id")
      .limit(LEFT_OUT_NAMED)
      .execute();
    const ids = first.map(({ id }) => id);
    const at = ways === null ? new Map() : await platformsOf(db, ids, reason, ways);
    tally.leave(
      reason,
      first.map(({ id, name, provenance }) => ({
        ...{ kind: "device", id, name, provenance: provenanceOf(provenance === "simulated") },
        channels: [...(at.get(id) ?? []), ...(reason === "channel" ? (["mqtt"] as const) : [])],
      })),
      count,
    );
  }
}

async function platformsOf(
  db: Db,
  ids: readonly string[],
  reason: LeftOutReason,
  { meant }: Ways,
): Promise<Map<string, PlatformName[]>> {
  const rows = await db
    .selectFrom("push_endpoint")
    .select(["device_id", "platform"])
    .distinct()
    .where("device_id", "in", ids)
    .where("disabled_ms", reason === "disabled" ? "is not" : "is", null)
    .execute();
  const at = new Map<string, PlatformName[]>();
  for (const { device_id, platform } of rows) {
    const known = PLATFORMS.find((one) => one === platform);
    // Elsewhere than meant is where one who is left out by their channel is; the others are where it is meant.
    if (known === undefined || known === "mqtt" || meant.includes(known) === (reason === "channel")) continue;
    at.set(device_id ?? "", [...(at.get(device_id ?? "") ?? []), known]);
  }
  return at;
}
