import type { Transaction } from "kysely";
import type { Compressor } from "../../protocol/chunks/chunk.ts";
import { accept, type Refusal } from "../../protocol/errors.ts";
import type { Entries } from "../../protocol/frames/entries.ts";
import type { Seq, UplogStream } from "../../protocol/log/cursor.ts";
import { type Entry, markOf } from "../../protocol/log/entry.ts";
import { CHUNK_KIND, isJobEvent, type JobEvent, readUplogEvent } from "../../protocol/log/kinds.ts";
import { entriesToApply } from "../../protocol/log/receiver.ts";
import { SECOND } from "../../protocol/units.ts";
import { prepared } from "../database/prepared.ts";
import type { Tables } from "../database/tables.ts";
import { type DeviceChunk, readSealedChunk, storeChunks } from "../telemetry/telemetry.ts";
import { chunkCorrection, correctedEvent, correctionOf } from "./corrections.ts";
import type { ApplyingGateway, ApplySimulation, DeviceApplier } from "./device-applier.ts";
import { applyEvent } from "./forgotten.ts";
import { readCursor } from "./greeting.ts";
import { isolate } from "./isolate.ts";
import type { JobHalf } from "./job-half.ts";
import type { KeyRotations } from "./key-rotation.ts";
import { refusalOf } from "./standing.ts";

/** Frames of one lane of one gateway's uplog, in the order they came. */
export interface Batch {
  gatewayId: string;
  epoch: string;
  stream: UplogStream;
  frames: readonly Entries[];
  /** By how much the gateway's clock was ahead when it wrote the entry. */
  skewAt(seq: Seq): number;
}

/** How a batch's entries are applied: all or none of them, or each by itself, with those that fail set aside. */
export type Manner = "together" | "each by itself";

/** What a batch came to, once its transaction is committed. */
export interface Applied<Change> {
  /** What to acknowledge; null when nothing of the batch could be taken. */
  ack: Seq | null;
  /** How far the lane is applied now. */
  cursor: Seq;
  entries: number;
  /** Entries set aside: of an unknown kind, damaged, or failing, each with the reason. */
  kept: KeptEntry[];
  changes: Change[];
  /** Ids of the devices whose telemetry was in it. */
  heard: Set<string>;
  /** Why the session cannot go on after this. */
  refusal: Refusal | null;
}

/** Why an entry of a newer gateway's was set aside. By it `reapply.ts` knows which to take after an upgrade. */
export const UNKNOWN_KIND = "a kind this cloud does not know";

export interface KeptEntry {
  seq: Seq;
  kind: string;
  reason: string;
}

/**
 * Applies a batch inside the caller's transaction: every entry that is new, then the cursor. Because both are in the
 * one transaction, and the cursor is read in it, an entry takes effect exactly once whatever dies in between.
 * What cannot be understood is kept and stepped over; a gateway revoked or paused meanwhile is refused. Without a failure both
 * manners come to the same; `each by itself` costs two more statements an entry.
 */
export async function applyBatch<Change>(
  parts: {
    devices: DeviceApplier<Change>;
    jobs: JobHalf;
    simulation: ApplySimulation<Change>;
    keys: Pick<KeyRotations, "made">;
    compressor: Compressor;
  },
  trx: Transaction<Tables>,
  batch: Batch,
  nowMs: number,
  manner: Manner = "together",
): Promise<Applied<Change>> {
  const [gateway] = await findApplying(trx, batch.gatewayId);
  if (gateway === undefined) throw new Error(`gateway ${batch.gatewayId} is not in the database`);
  const { seq: before } = await readCursor(trx, batch.gatewayId, batch.epoch, batch.stream);
  const work = selectNew(batch, before);
  const applied: Applied<Change> = {
    ack: work.ack,
    cursor: work.cursor,
    entries: work.entries.length,
    kept: [],
    changes: [],
    heard: new Set(),
    refusal: work.refusal,
  };
  const refusal = refusalOf(gateway);
  if (refusal !== null) {
    return { ...applied, ack: null, cursor: before, entries: 0, refusal };
  }

  const apart = manner === "each by itself";
  const chunks: (KeyedChunk & { entry: Entry })[] = [];
  const keep: { entry: Entry; reason: string }[] = [];
  /** Said of jobs one after the other: what they come to is written once. */
  const ofJobs: JobEvent[] = [];
  const applyOfJobs = async () => {
    if (ofJobs.length > 0) await parts.jobs.apply(trx, gateway, ofJobs.splice(0), nowMs);
  };
  for (const entry of work.entries) {
    if (entry.kind === CHUNK_KIND) {
      const chunk = readSealedChunk(entry.payload, parts.compressor);
      if (chunk.ok) {
        const { header } = chunk.value;
        const aheadMs = batch.skewAt(entry.seq);
        const skewMs = chunkCorrection(entry.atMs, header, aheadMs);
        const sealedMs = entry.atMs - correctionOf(aheadMs);
        chunks.push({ entry, key: header.device, chunk: chunk.value, skewMs, sealedMs });
      } else keep.push({ entry, reason: `${chunk.refusal.code}: ${chunk.refusal.detail}` });
      continue;
    }
    const read = readUplogEvent(entry);
    if (!read.ok) keep.push({ entry, reason: read.refusal.detail });
    else if (!read.value.known) keep.push({ entry, reason: UNKNOWN_KIND });
    else {
      const event = correctedEvent(read.value.event, batch.skewAt(entry.seq), nowMs);
      if (!apart && isJobEvent(event)) {
        ofJobs.push(event);
        continue;
      }
      await applyOfJobs();
      const work = () => applyEvent(parts, trx, gateway, batch.epoch, event, nowMs);
      const change = apart ? await isolate(trx, work) : accept(await work());
      if (!change.ok) keep.push({ entry, reason: change.refusal.detail });
      else if (change.value !== null) applied.changes.push(change.value);
    }
  }
  await applyOfJobs();
  for (const group of apart ? chunks.map((chunk) => [chunk]) : chunks.length > 0 ? [chunks] : []) {
    const work = async () => {
      const deviceChunks = await withDevices(parts, trx, gateway, group, nowMs);
      await storeChunks(trx, deviceChunks, nowMs);
      return deviceChunks;
    };
    const stored = apart ? await isolate(trx, work) : accept(await work());
    if (stored.ok) for (const { deviceId } of stored.value) applied.heard.add(deviceId);
    else for (const { entry } of group) keep.push({ entry, reason: stored.refusal.detail });
  }
  for (const { entry, reason } of keep) {
    await keepEntry(trx, batch, entry, reason);
    applied.kept.push({ seq: entry.seq, kind: entry.kind, reason });
  }
  const last = work.entries.at(-1);
  if (last === undefined) return applied;
  await writeCursor(trx, batch.gatewayId, batch.epoch, batch.stream, last.seq, markOf(last));
  const { last_seen_ms: seenMs } = gateway;
  if (work.head > last.seq || seenMs === null || nowMs - seenMs >= SEEN_EVERY_MS) {
    await WRITE_HEAD[batch.stream](trx, batch.gatewayId, batch.epoch, work.head, nowMs);
  }
  return applied;
}

/** The entries of all frames that are new, up to the first frame that leaves something out. */
function selectNew(
  batch: Batch,
  cursor: Seq,
): { entries: Entry[]; cursor: Seq; ack: Seq | null; head: Seq; refusal: Refusal | null } {
  const work = { entries: [] as Entry[], cursor, ack: null as Seq | null, head: cursor };
  for (const frame of batch.frames) {
    const next = entriesToApply(frame, work.cursor);
    if (!next.ok) return { ...work, refusal: next.refusal };
    work.entries.push(...next.value.entries);
    work.cursor = next.value.cursor;
    work.ack = next.value.ack;
    work.head = Math.max(frame.head, next.value.cursor);
  }
  return { ...work, refusal: null };
}

/** A chunk of the device that its gateway knows by this key. */
interface KeyedChunk extends Pick<DeviceChunk, "chunk" | "skewMs"> {
  key: string;
  sealedMs: number;
}

/**
 * Finds the devices of chunks by their keys; one that the cloud has not heard of yet is made, and what is of one that was
 * deleted for good is left out.
 */
async function withDevices<Change>(
  { devices }: { devices: DeviceApplier<Change> },
  trx: Transaction<Tables>,
  gateway: ApplyingGateway,
  chunks: readonly KeyedChunk[],
  nowMs: number,
): Promise<DeviceChunk[]> {
  const keys = [...new Set(chunks.map(({ key }) => key))];
  const ids = await devices.ensure(trx, gateway, keys, nowMs);
  return chunks.flatMap(({ key, chunk, skewMs, sealedMs }) => {
    const deviceId = ids.get(key);
    return deviceId === undefined ? [] : [{ deviceId, chunk, skewMs, sealedMs }];
  });
}

async function keepEntry(
  trx: Transaction<Tables>,
  batch: Batch,
  entry: Entry,
  reason: string,
): Promise<void> {
  await trx
    .insertInto("unknown_entry")
    .values({
      gateway_id: batch.gatewayId,
      epoch: batch.epoch,
      stream: batch.stream,
      seq: entry.seq,
      kind: entry.kind,
      at_ms: entry.atMs,
      payload: entry.payload,
      reason,
    })
    .execute();
}

const findApplying = prepared((db, gatewayId: string) =>
  db
    .selectFrom("gateway")
    .select(["id", "organization_id", "site_id", "revoked_ms", "paused_ms", "last_seen_ms"])
    .where("id", "=", gatewayId),
);

const writeCursor = prepared(
  (db, gatewayId: string, epoch: string, stream: UplogStream, seq: Seq, mark: number) =>
    db
      .insertInto("uplog_cursor")
      .values({ gateway_id: gatewayId, epoch, stream, seq, mark })
      .onConflict((conflict) =>
        conflict.columns(["gateway_id", "epoch", "stream"]).doUpdateSet({ seq, mark }),
      ),
);

/**
 * How old what is written of a connected gateway's last word may be; the hub knows it to the millisecond. As long as nothing
 * waits behind what is applied, there is nothing else to write of the gateway itself.
 */
const SEEN_EVERY_MS = 5 * SECOND;

const writeHeadOf = (column: "urgent_head" | "bulk_head") =>
  prepared((db, gatewayId: string, epoch: string, head: Seq, nowMs: number) =>
    db
      .updateTable("gateway")
      .set({ last_seen_ms: nowMs, [column]: head })
      .where("id", "=", gatewayId)
      .where("uplog_epoch", "=", epoch),
  );
const WRITE_HEAD = { urgent: writeHeadOf("urgent_head"), bulk: writeHeadOf("bulk_head") };
