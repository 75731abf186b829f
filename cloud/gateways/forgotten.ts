import type { Transaction } from "kysely";
import { isJobEvent, type UplogEvent } from "../../protocol/log/kinds.ts";
import type { LogForgotten } from "../../protocol/log/uplog/log-forgotten.ts";
import type { Tables } from "../database/tables.ts";
import type { ApplyingGateway, ApplySimulation, DeviceApplier } from "./device-applier.ts";
import type { JobHalf } from "./job-half.ts";
import type { KeyRotations } from "./key-rotation.ts";

/** Applies an event: what the gateway says of its own log here, and of its devices where devices are known. */
export async function applyEvent<Change>(
  parts: {
    devices: DeviceApplier<Change>;
    jobs: JobHalf;
    simulation: ApplySimulation<Change>;
    keys: Pick<KeyRotations, "made">;
  },
  trx: Transaction<Tables>,
  gateway: ApplyingGateway,
  epoch: string,
  event: UplogEvent,
  nowMs: number,
): Promise<Change | null> {
  if (isJobEvent(event)) {
    await parts.jobs.apply(trx, gateway, [event], nowMs);
    return null;
  }
  if (event.kind === "simulation.status") return parts.simulation(trx, gateway, event, nowMs);
  if (event.kind === "key.made") {
    await parts.keys.made(trx, gateway, event, nowMs);
    return null;
  }
  if (event.kind !== "log.forgotten") return parts.devices.event(trx, gateway, event, nowMs);
  await noteForgotten(trx, gateway.id, epoch, event, nowMs);
  if (event.devices !== undefined) await parts.devices.onlyThese(trx, gateway, event.devices, nowMs);
  return null;
}

/** What this cloud lacks since it was restored, because the gateway no longer had it. Said so that people know. */
async function noteForgotten(
  trx: Transaction<Tables>,
  gatewayId: string,
  epoch: string,
  { stream, after, before }: LogForgotten,
  nowMs: number,
): Promise<void> {
  await trx
    .insertInto("forgotten_entries")
    .values({
      gateway_id: gatewayId,
      epoch,
      stream,
      after_seq: after,
      before_seq: before,
      at_ms: nowMs,
    })
    // Restored again from the same backup: then more may be gone.
    .onConflict((conflict) =>
      conflict
        .columns(["gateway_id", "epoch", "stream", "after_seq"])
        .doUpdateSet({ before_seq: before, at_ms: nowMs }),
    )
    .execute();
}
