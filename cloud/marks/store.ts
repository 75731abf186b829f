import type { Kysely } from "kysely";
import { DAY } from "../../protocol/units.ts";
import type { Tables } from "../database/tables.ts";

/** The device whose marks are asked for, with what leads to the layers of its configuration. */
export interface MarkedDevice {
  id: string;
  organization_id: string;
  site_id: string;
  type: string;
}

/** Ms since 1970, both ends included. */
export interface MarkedSpan {
  fromMs: number;
  toMs: number;
  limit: number;
}

export interface ExecutionRow {
  id: string;
  job_id: string;
  name: string;
  state: string;
  since_ms: number;
}

export interface VersionRow {
  level: string;
  version: number;
  made_ms: number;
}

/** Undefined when the organisation has no such device. */
export function findMarked(
  db: Kysely<Tables>,
  organizationId: string,
  id: string,
): Promise<MarkedDevice | undefined> {
  return db
    .selectFrom("device")
    .select(["id", "organization_id", "site_id", "type"])
    .where("id", "=", id)
    .where("organization_id", "=", organizationId)
    .where("deleted_ms", "is", null)
    .executeTakeFirst();
}

/** An execution may be made so long before it ends. */
const MADE_BEFORE_MS = 90 * DAY;

/** Those that were begun at least once, the last made first. */
export function selectExecutions(
  db: Kysely<Tables>,
  device: MarkedDevice,
  { fromMs, toMs, limit }: MarkedSpan,
): Promise<ExecutionRow[]> {
  return db
    .selectFrom("job_execution as execution")
    .innerJoin("job", "job.id", "execution.job_id")
    .select(["execution.id", "execution.job_id", "job.name", "execution.state", "execution.since_ms"])
    .where("execution.device_id", "=", device.id)
    .where("execution.created_ms", ">=", fromMs - MADE_BEFORE_MS)
    .where("execution.created_ms", "<=", toMs)
    .where("execution.since_ms", ">=", fromMs)
    .where("execution.since_ms", "<=", toMs)
    .where("execution.attempt", ">", 0)
    .orderBy("execution.created_ms", "desc")
    .limit(limit)
    .execute();
}

/** Of every layer that the device's configuration comes from, newest first. */
export function selectVersions(
  db: Kysely<Tables>,
  device: MarkedDevice,
  { fromMs, toMs, limit }: MarkedSpan,
): Promise<VersionRow[]> {
  const subjects = [
    ["organization", ""],
    ["site", device.site_id],
    ["type", device.type],
    ["device", device.id],
  ] as const;
  return db
    .selectFrom("config_layer_version")
    .select(["level", "version", "made_ms"])
    .where("organization_id", "=", device.organization_id)
    .where(({ or, and, eb }) =>
      or(subjects.map(([level, subject]) => and([eb("level", "=", level), eb("subject", "=", subject)]))),
    )
    .where("made_ms", ">=", fromMs)
    .where("made_ms", "<=", toMs)
    .orderBy("made_ms", "desc")
    .orderBy("version", "desc")
    .limit(limit)
    .execute();
}
