import type { Kysely, Transaction } from "kysely";
import { prepared } from "../database/prepared.ts";
import type { Tables } from "../database/tables.ts";
import { insertSent } from "./executions.ts";
import type { StepParts } from "./run-steps.ts";
import { beginRun } from "./run-store.ts";
import type { KnownJob } from "./spec.ts";
import { type Meant, onlyDevice, selectOne, type Target } from "./targets.ts";
import { executeWish } from "./wishes.ts";

/**
 * A job that means one device by its id, as most commands do: it is looked up once, with all that making the job and sending it asks of it,
 * and what is written is written as it stays. What comes of it then is as of any job.
 */
export interface OnlyTarget extends Target {
  /** Of its site. */
  time_zone: string;
  /** Of its gateway's, in which the job's runs are told. */
  job_zone: string;
}

/** The device when one is meant by its id and nothing else is, and it can be reached; else null. */
export async function findOnly(db: Kysely<Tables>, meant: Meant): Promise<OnlyTarget | null> {
  const only = onlyDevice(meant);
  if (only === null) return null;
  const [found] = await selectWithZones(db, meant.organizationId, only);
  return found ?? null;
}

const selectWithZones = prepared((db, organizationId: string, id: string) =>
  selectOne(db, organizationId, id)
    .innerJoin("site as home", "home.id", "device.site_id")
    .innerJoin("site as place", "place.id", "own.site_id")
    .select(["home.time_zone", "place.time_zone as job_zone"]),
);

/**
 * Begins the run of a new job for this device, and sends it: what looking up its targets, making its executions and letting the first
 * begin come to, whatever the rollout, when there is one and nothing has to be done before.
 */
export async function beginOnly(
  { appendDown }: Pick<StepParts, "appendDown">,
  trx: Transaction<Tables>,
  job: KnownJob,
  target: OnlyTarget,
  nowMs: number,
): Promise<void> {
  const run = { total: 1, waiting: 0, fanned: 1, fanned_to: target.id };
  await beginRun(trx, job, nowMs, nowMs, run);
  await insertSent(trx, job, { slot_ms: nowMs, total: 0 }, target, nowMs, (execution) =>
    appendDown(trx, target.gateway_id, executeWish(job, execution, target.time_zone)),
  );
}
