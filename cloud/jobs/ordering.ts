import { accept, type Result, refuse } from "../../protocol/errors.ts";
import type { Scope } from "../accounts/scope.ts";
import type { DriverParts } from "./driver.ts";
import type { JobsParts } from "./parts.ts";

type OrderingParts = Pick<JobsParts, "db" | "clock" | "note" | "appendDown"> & Pick<DriverParts, "changed">;

/**
 * These jobs change places among themselves so that they stand in this order; no other one moves. Gateways are told where something of
 * them waits, or comes due.
 */
export async function changeOrder(
  { db, clock, note, appendDown, changed }: OrderingParts,
  scope: Scope,
  ids: readonly string[],
): Promise<Result<void>> {
  return db.write(async (trx) => {
    const rows = await trx
      .selectFrom("job")
      .select(["id", "name", "position"])
      .where("organization_id", "=", scope.organizationId)
      .where("id", "in", ids)
      .execute();
    const byId = new Map(rows.map((row) => [row.id, row]));
    const unknown = ids.find((id) => !byId.has(id));
    if (unknown !== undefined) return refuse("record.not-found", `job ${unknown}`);
    const positions = rows.map((row) => row.position).sort((a, b) => a - b);
    for (const [index, id] of ids.entries()) {
      const { position: before } = byId.get(id)!;
      const position = positions[index]!;
      if (position === before) continue;
      await trx
        .updateTable("job")
        .set({ position, updated_ms: clock.nowMs() })
        .where("id", "=", id)
        .execute();
      changed(trx, scope.organizationId, id);
      const waiting = trx
        .selectFrom("job_execution")
        .select("gateway_id")
        .where("job_id", "=", id)
        .where("state", "in", ["queued", "delivered"])
        .where("sent_seq", "is not", null);
      const gateways = await trx
        .selectFrom("job_schedule")
        .select("gateway_id")
        .where("job_id", "=", id)
        .union(waiting)
        .execute();
      for (const { gateway_id } of gateways)
        await appendDown(trx, gateway_id, { kind: "job.order", job: id, position });
    }
    const [first] = ids;
    const target = byId.get(first!)!;
    await note(trx, scope, {
      action: "job.order",
      target: { id: target.id, name: target.name },
      after: { order: ids },
    });
    return accept(undefined);
  });
}
