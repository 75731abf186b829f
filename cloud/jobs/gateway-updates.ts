import type { Kysely } from "kysely";
import { toTimestamp } from "../../protocol/api/list.ts";
import type { GatewayUpdate } from "../../protocol/gateways/gateway.ts";
import type { JobState } from "../../protocol/jobs/job-machine.ts";
import type { Tables } from "../database/tables.ts";

/** The newest update of each of these gateways that was asked for one. */
export async function findUpdates(
  db: Kysely<Tables>,
  gatewayIds: readonly string[],
): Promise<Map<string, GatewayUpdate>> {
  if (gatewayIds.length === 0) return new Map();
  const rows = await db
    .selectFrom("job_execution as execution")
    .innerJoin("job", "job.id", "execution.job_id")
    .select([
      "execution.id",
      "execution.job_id",
      "execution.gateway_id",
      "execution.state",
      "execution.since_ms",
      "execution.percent",
      "execution.message",
      "execution.reason",
    ])
    .where("execution.gateway_id", "in", gatewayIds)
    .where("execution.device_id", "is", null)
    .where("execution.retried_by", "is", null)
    .where("job.kind", "=", "gateway.update")
    // Of several the newest counts: the map keeps the last.
    .orderBy("execution.created_ms")
    .orderBy("execution.slot_ms")
    .execute();
  return new Map(
    rows.map((row) => [
      row.gateway_id,
      {
        jobId: row.job_id,
        executionId: row.id,
        state: row.state as JobState,
        since: toTimestamp(row.since_ms),
        percent: row.percent,
        message: row.message,
        reason: row.reason,
      },
    ]),
  );
}
