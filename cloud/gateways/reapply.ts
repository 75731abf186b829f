import type { Logger } from "@logtape/logtape";
import type { Selectable, Transaction } from "kysely";
import type { Compressor } from "../../protocol/chunks/chunk.ts";
import type { Clock } from "../../protocol/clock.ts";
import { type Result, refuse } from "../../protocol/errors.ts";
import type { UplogStream } from "../../protocol/log/cursor.ts";
import { CHUNK_KIND, isUplogKind, readUplogEvent } from "../../protocol/log/kinds.ts";
import type { CloudDatabase } from "../database/database.ts";
import type { Tables, UnknownEntryTable } from "../database/tables.ts";
import { readSealedChunk, storeChunks } from "../telemetry/telemetry.ts";
import { UNKNOWN_KIND } from "./apply.ts";
import { readClockHistory, skewAt } from "./clock-history.ts";
import { chunkCorrection, correctedEvent, correctionOf } from "./corrections.ts";
import type { ApplyingGateway, ApplySimulation, DeviceApplier } from "./device-applier.ts";
import { applyEvent } from "./forgotten.ts";
import { isolate } from "./isolate.ts";
import type { JobHalf } from "./job-half.ts";
import type { KeyRotations } from "./key-rotation.ts";

export interface ReapplyParts {
  db: CloudDatabase;
  clock: Clock;
  log: Logger;
  compressor: Compressor;
  devices: DeviceApplier<unknown>;
  simulation: ApplySimulation<unknown>;
  jobs: JobHalf;
  keys: Pick<KeyRotations, "made">;
}

/** Entries looked at in one transaction: some ten milliseconds. */
const ENTRIES_PER_WRITE = 100;

type Kept = Selectable<UnknownEntryTable> & { stream: UplogStream };
/** A place in the order in which gateways wrote: gateway by gateway, log by log, seq by seq. */
type Place = Pick<Kept, "gateway_id" | "epoch" | "stream" | "seq">;

/**
 * Applies what was set aside and can be taken now, as after an upgrade: entries of kinds that this version has learned,
 * in their order, and chunks, whose order does not matter. An entry of a known kind that failed stays: newer ones of its
 * kind have been applied since, and it would undo them. Call it before gateways connect, or their new entries of a
 * learned kind would come first. Returns how many were applied.
 */
export async function reapplySetAside(parts: ReapplyParts): Promise<number> {
  let applied = 0;
  let after: Place | null = null;
  for (;;) {
    const entries: Kept[] = await readKept(parts.db, after);
    const last = entries.at(-1);
    if (last === undefined) break;
    const takeable = entries.filter(({ kind }) => kind === CHUNK_KIND || isUplogKind(kind));
    if (takeable.length > 0) {
      applied += await parts.db.write(async (trx) => {
        let count = 0;
        for (const entry of takeable) if (await reapply(parts, trx, entry)) count += 1;
        return count;
      });
    }
    after = last;
  }
  if (applied > 0) parts.log.info("entries that had been set aside are applied", { entries: applied });
  return applied;
}

function readKept(db: CloudDatabase, after: Place | null): Promise<Kept[]> {
  let query = db.read
    .selectFrom("unknown_entry")
    .selectAll()
    .where((eb) => eb.or([eb("kind", "=", CHUNK_KIND), eb("reason", "=", UNKNOWN_KIND)]));
  if (after !== null) {
    query = query.where((eb) =>
      eb(
        eb.refTuple("gateway_id", "epoch", "stream", "seq"),
        ">",
        eb.tuple(after.gateway_id, after.epoch, after.stream, after.seq),
      ),
    );
  }
  return query
    .orderBy("gateway_id")
    .orderBy("epoch")
    .orderBy("stream")
    .orderBy("seq")
    .limit(ENTRIES_PER_WRITE)
    .$narrowType<{ stream: UplogStream }>()
    .execute();
}

/** Whether it could be applied; then it is no longer among those set aside. */
async function reapply(parts: ReapplyParts, trx: Transaction<Tables>, kept: Kept): Promise<boolean> {
  const gateway = await trx
    .selectFrom("gateway")
    .select(["id", "organization_id", "site_id"])
    .where("id", "=", kept.gateway_id)
    .executeTakeFirstOrThrow();
  const done = await take(parts, trx, gateway, kept);
  let row = trx.deleteFrom("unknown_entry").where("gateway_id", "=", kept.gateway_id);
  row = row.where("epoch", "=", kept.epoch).where("stream", "=", kept.stream).where("seq", "=", kept.seq);
  if (done.ok) await row.execute();
  return done.ok;
}

async function take(
  { devices, jobs, simulation, keys, compressor, clock }: ReapplyParts,
  trx: Transaction<Tables>,
  gateway: ApplyingGateway,
  kept: Kept,
): Promise<Result<unknown>> {
  const { seq, kind, at_ms: atMs, payload } = kept;
  const nowMs = clock.nowMs();
  const history = await readClockHistory(trx, kept.gateway_id, kept.epoch);
  const skewMs = skewAt(history[kept.stream], kept.seq);
  if (kind === CHUNK_KIND) {
    const chunk = readSealedChunk(payload, compressor);
    if (!chunk.ok) return chunk;
    return isolate(trx, async () => {
      const { device } = chunk.value.header;
      const deviceId = (await devices.ensure(trx, gateway, [device], nowMs)).get(device)!;
      const correctionMs = chunkCorrection(atMs, chunk.value.header, skewMs);
      const sealedMs = atMs - correctionOf(skewMs);
      await storeChunks(trx, [{ deviceId, chunk: chunk.value, skewMs: correctionMs, sealedMs }], nowMs);
    });
  }
  const read = readUplogEvent({ seq, kind, atMs, payload });
  if (!read.ok) return read;
  const known = read.value;
  return known.known
    ? isolate(trx, () => {
        const event = correctedEvent(known.event, skewMs, nowMs);
        return applyEvent({ devices, jobs, simulation, keys }, trx, gateway, kept.epoch, event, nowMs);
      })
    : refuse("frame.invalid", UNKNOWN_KIND);
}
