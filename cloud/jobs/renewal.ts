import type { Transaction } from "kysely";
import { JOB_KINDS, type JobKind } from "../../protocol/jobs/job-kinds.ts";
import type { Seq } from "../../protocol/log/cursor.ts";
import { SCHEDULE_DEVICES_MAX } from "../../protocol/log/downlog/schedule-set.ts";
import type { DownlogEvent } from "../../protocol/log/kinds.ts";
import type { Tables } from "../database/tables.ts";
import type { Driver, DriverParts } from "./driver.ts";
import { takeStep, UNDER_WAY } from "./executions.ts";
import { settleRun } from "./run-steps.ts";
import { meantBy } from "./site-schedules.ts";
import { known } from "./spec.ts";
import { keysAt } from "./targets.ts";
import { executeWish, scheduleWish } from "./wishes.ts";

/** When one side has come back from a backup, or a gateway's disk was replaced. */

type Trx = Transaction<Tables>;
export type AppendWish = (event: DownlogEvent) => Promise<Seq>;

/**
 * Says all that is wanted of a gateway anew: which schedules there are, and every execution that is not known to have ended. The
 * gateway does not begin again what it knows, and says how it stands.
 */
export async function wantAnew(trx: Trx, gatewayId: string, append: AppendWish): Promise<void> {
  const schedules = await trx
    .selectFrom("job_schedule")
    .innerJoin("job", "job.id", "job_schedule.job_id")
    .selectAll("job")
    .where("job_schedule.gateway_id", "=", gatewayId)
    .where("job.cancelled_ms", "is", null)
    .orderBy("job.id")
    .execute();
  await append({ kind: "schedule.only", jobs: schedules.map(({ id }) => id) });
  const { time_zone: timeZone } = await trx
    .selectFrom("gateway")
    .innerJoin("site", "site.id", "gateway.site_id")
    .select("site.time_zone")
    .where("gateway.id", "=", gatewayId)
    .executeTakeFirstOrThrow();
  for (const row of schedules) {
    const job = known(row);
    const keys = job.onGateways ? null : await keysAt(trx, meantBy(job), gatewayId, SCHEDULE_DEVICES_MAX);
    const wish = scheduleWish(job, keys, timeZone);
    if (wish !== null) await append(wish);
  }
  const executions = await open(trx, gatewayId)
    .where("sent_seq", "is not", null)
    .orderBy("sent_seq")
    .execute();
  const cancelled = new Set<string>();
  for (const execution of executions) {
    const row = await trx
      .selectFrom("job")
      .selectAll()
      .where("id", "=", execution.job_id)
      .executeTakeFirstOrThrow();
    const seq = await append(executeWish(known(row), execution, timeZone));
    await trx.updateTable("job_execution").set({ sent_seq: seq }).where("id", "=", execution.id).execute();
    if (execution.cancel_ms !== null && row.cancelled_ms === null)
      await append({ kind: "job.cancel", job: row.id, execution: execution.id });
    if (row.cancelled_ms !== null) cancelled.add(row.id);
  }
  for (const job of cancelled) await append({ kind: "job.cancel", job });
}

/**
 * A gateway knows less than it did: it had applied its downlog up to `before`, and says `now`. What it had been sent and has
 * forgotten would be sent to it once more. Of that, what has ended is taken out of the downlog; what may have been run, and must not be
 * twice, is interrupted, for what came of it is not known; the rest it shall have again.
 */
export async function forgotten(
  parts: Pick<DriverParts, "db" | "clock" | "changed"> & { driver: Driver },
  trx: Trx,
  gatewayId: string,
  now: Seq,
  before: Seq,
): Promise<void> {
  const nowMs = parts.clock.nowMs();
  const lost = await open(trx, gatewayId)
    .where("sent_seq", ">", now)
    .where((eb) => eb.or([eb("sent_seq", "<=", before), eb("state", "!=", "queued")]))
    .execute();
  const reason = "the gateway lost what it knew of it: its disk was replaced, or it came back from a backup";
  for (const execution of lost) {
    const { kind } = await trx
      .selectFrom("job")
      .select("kind")
      .where("id", "=", execution.job_id)
      .executeTakeFirstOrThrow();
    if (JOB_KINDS[kind as JobKind].atLeastOnce) continue;
    await takeStep(trx, execution, { to: "interrupted", atMs: nowMs, nowMs, by: "cloud", reason });
    await settleRun(parts, trx, { row: { id: execution.job_id } }, execution.slot_ms);
    parts.changed(trx, execution.organization_id, execution.job_id, execution.id);
    parts.db.onCommit(trx, () => parts.driver.kick(execution.job_id, execution.slot_ms));
  }
  const ended = trx
    .selectFrom("job_execution")
    .select("sent_seq")
    .where("gateway_id", "=", gatewayId)
    .where("sent_seq", ">", now)
    .where("state", "not in", ["queued", "delivered", "running"]);
  await trx
    .deleteFrom("downlog")
    .where("gateway_id", "=", gatewayId)
    .where("kind", "=", "job.execute")
    .where("seq", "in", ended)
    .execute();
}

function open(trx: Trx, gatewayId: string) {
  return trx
    .selectFrom("job_execution")
    .selectAll()
    .where("gateway_id", "=", gatewayId)
    .where("state", "in", UNDER_WAY);
}
