import type { Transaction } from "kysely";
import { SCHEDULE_DEVICES_MAX } from "../../protocol/log/downlog/schedule-set.ts";
import type { Tables } from "../database/tables.ts";
import type { JobsParts } from "./parts.ts";
import type { KnownJob } from "./spec.ts";
import { keysAt, type Meant, selectGateways } from "./targets.ts";
import { scheduleWish } from "./wishes.ts";

/** Schedules that run at the sites: each gateway is told of its own targets, and again when these have changed. */

type Trx = Transaction<Tables>;

/** Gateways looked at in one transaction. */
const GATEWAYS_AT_ONCE = 20;

export function meantBy({ row, spec, onGateways }: KnownJob): Meant {
  return { organizationId: row.organization_id, targets: spec.targets, onGateways };
}

/**
 * Brings the schedules of the gateways behind one up to date. Returns the last gateway looked at, or null when there are no more.
 */
export async function tellGateways(
  { appendDown }: Pick<JobsParts, "appendDown">,
  trx: Trx,
  job: KnownJob,
  after: string,
): Promise<string | null> {
  const meant = meantBy(job);
  const gateways = await selectGateways(trx, meant, after, GATEWAYS_AT_ONCE);
  for (const { id, time_zone: timeZone } of gateways) {
    const keys = job.onGateways ? null : await keysAt(trx, meant, id, SCHEDULE_DEVICES_MAX);
    const wish = scheduleWish(job, keys, timeZone);
    if (wish === null) continue;
    const digest = String(Bun.hash(JSON.stringify(wish)));
    const told = await trx
      .selectFrom("job_schedule")
      .select("digest")
      .where("job_id", "=", job.row.id)
      .where("gateway_id", "=", id)
      .executeTakeFirst();
    if (told?.digest === digest) continue;
    await appendDown(trx, id, wish);
    await trx
      .insertInto("job_schedule")
      .values({ job_id: job.row.id, gateway_id: id, digest })
      .onConflict((conflict) => conflict.columns(["job_id", "gateway_id"]).doUpdateSet({ digest }))
      .execute();
  }
  return gateways.length < GATEWAYS_AT_ONCE ? null : gateways.at(-1)!.id;
}

/** Takes the schedule away from gateways that have none of its targets any more; from all of them when the job is cancelled. */
export async function takeBack(
  { appendDown }: Pick<JobsParts, "appendDown">,
  trx: Trx,
  job: KnownJob,
): Promise<void> {
  const told = await trx
    .selectFrom("job_schedule")
    .select("gateway_id")
    .where("job_id", "=", job.row.id)
    .execute();
  const meant = meantBy(job);
  const still = new Set<string>();
  for (let after: string | null = job.row.cancelled_ms === null ? "" : null; after !== null; ) {
    const some: { id: string }[] = await selectGateways(trx, meant, after, 500);
    for (const { id } of some) still.add(id);
    after = some.length < 500 ? null : some.at(-1)!.id;
  }
  for (const { gateway_id: id } of told) {
    if (still.has(id)) continue;
    await appendDown(trx, id, { kind: "schedule.remove", job: job.row.id });
    await trx
      .deleteFrom("job_schedule")
      .where("job_id", "=", job.row.id)
      .where("gateway_id", "=", id)
      .execute();
  }
}
