import type { Kysely, Transaction } from "kysely";
import type { Seq } from "../../protocol/log/cursor.ts";
import { type Entry, entrySize } from "../../protocol/log/entry.ts";
import { type DownlogEvent, toEntry } from "../../protocol/log/kinds.ts";
import { prepared } from "../database/prepared.ts";
import type { Tables } from "../database/tables.ts";
import type { JobHalf } from "./job-half.ts";
import { simulationEntry } from "./simulation-entry.ts";

/**
 * A gateway's downlog: what the cloud wants of it, in order. Entries are never changed; all that can happen to a
 * downlog is that another one, of a new epoch, takes its place ({@link renewDownlog}).
 */

/** Appends in the caller's transaction, so that the wish and its entry become durable together. */
export function appendDown(
  trx: Transaction<Tables>,
  gatewayId: string,
  event: DownlogEvent,
  nowMs: number,
): Promise<Seq> {
  return appendDownAll(trx, gatewayId, [event], nowMs);
}

const addEntry = prepared(
  (db, gateway_id: string, seq: Seq, kind: string, at_ms: number, payload: Uint8Array) =>
    db.insertInto("downlog").values({ gateway_id, seq, kind, at_ms, payload }),
);

const growHead = prepared((db, gatewayId: string, by: number) =>
  db
    .updateTable("gateway")
    .set((eb) => ({ downlog_head: eb("downlog_head", "+", by) }))
    .where("id", "=", gatewayId)
    .returning("downlog_head"),
);

/** Many at once, at least one. Gives the seq of the last. */
export async function appendDownAll(
  trx: Transaction<Tables>,
  gatewayId: string,
  events: readonly DownlogEvent[],
  nowMs: number,
): Promise<Seq> {
  const [grown] = await growHead(trx, gatewayId, events.length);
  if (grown === undefined) throw new Error(`gateway ${gatewayId} is not in the database`);
  const { downlog_head: head } = grown;
  const first = head - events.length + 1;
  for (const [index, event] of events.entries()) {
    const { kind, atMs, payload } = toEntry(event, nowMs);
    await addEntry(trx, gatewayId, first + index, kind, atMs, payload);
  }
  return head;
}

/** Rows read at a time; a frame's worth of configurations is far fewer. */
const READ_ROWS = 200;

const selectAfter = prepared((db, gatewayId: string, epoch: string, after: Seq) =>
  db
    .selectFrom("downlog")
    .innerJoin("gateway", "gateway.id", "downlog.gateway_id")
    .select(["downlog.seq", "downlog.kind", "downlog.at_ms", "downlog.payload", "gateway.downlog_head"])
    .where("downlog.gateway_id", "=", gatewayId)
    .where("downlog.seq", ">", after)
    .where("gateway.downlog_epoch", "=", epoch)
    .orderBy("downlog.seq")
    .limit(READ_ROWS),
);

/**
 * Entries after a seq, at most `maxBytes` but at least one when there is any, with the newest seq there is.
 * Nothing when the downlog is no longer the one of `epoch`.
 */
export async function readDown(
  db: Kysely<Tables>,
  gatewayId: string,
  epoch: string,
  after: Seq,
  maxBytes: number,
): Promise<{ entries: Entry[]; head: Seq }> {
  const rows = await selectAfter(db, gatewayId, epoch, after);
  const entries: Entry[] = [];
  let bytes = 0;
  for (const { seq, kind, at_ms: atMs, payload } of rows) {
    const entry = { seq, kind, atMs, payload };
    bytes += entrySize(entry);
    if (entries.length > 0 && bytes > maxBytes) break;
    entries.push(entry);
  }
  return { entries, head: rows[0]?.downlog_head ?? after };
}

/** The gateway has applied its downlog up to `seq`. An older word, or one about another epoch, changes nothing. */
export async function recordDownAcked(
  trx: Transaction<Tables>,
  gatewayId: string,
  epoch: string,
  seq: Seq,
): Promise<void> {
  await setAcked(trx, gatewayId, epoch, seq);
}

const setAcked = prepared((db, gatewayId: string, epoch: string, seq: Seq) =>
  db
    .updateTable("gateway")
    .set({ downlog_acked: seq })
    .where("id", "=", gatewayId)
    .where("downlog_epoch", "=", epoch)
    .where("downlog_acked", "<", seq),
);

/**
 * Begins a new downlog that says all that is wanted now: for a machine that has taken a gateway's place, and as the answer to a gateway that has applied more of a
 * downlog than there is, which happens when this database came back from an older backup. Its seqs would otherwise
 * be given to new entries that the gateway takes for old ones.
 */
export async function renewDownlog(
  trx: Transaction<Tables>,
  gatewayId: string,
  epoch: string,
  nowMs: number,
  jobs: Pick<JobHalf, "wantAnew">,
  /** The gateway is a machine that has nothing yet: its devices are told, too. */
  isReborn = false,
): Promise<Seq> {
  await trx.deleteFrom("downlog").where("gateway_id", "=", gatewayId).execute();
  await trx
    .updateTable("gateway")
    .set({ downlog_epoch: epoch, downlog_head: 0, downlog_acked: 0 })
    .where("id", "=", gatewayId)
    .execute();
  const wanted = await trx
    .selectFrom("device_config")
    .innerJoin("device", "device.id", "device_config.device_id")
    .select(["device.key", "device_config.desired_version", "device_config.desired"])
    .where("device.gateway_id", "=", gatewayId)
    .where("device_config.desired", "is not", null)
    .orderBy("device.key")
    .execute();
  let head: Seq = 0;
  const devices = isReborn ? await devicesToRestore(trx, gatewayId) : [];
  for (const event of devices) head = await appendDown(trx, gatewayId, event, nowMs);
  for (const { key, desired_version: version, desired } of wanted) {
    if (version === null || desired === null) continue;
    const event = { kind: "config.desired", device: key, version, config: JSON.parse(desired) } as const;
    head = await appendDown(trx, gatewayId, event, nowMs);
  }
  const simulation = await trx
    .selectFrom("simulation")
    .selectAll()
    .where("gateway_id", "=", gatewayId)
    .executeTakeFirst();
  if (simulation !== undefined) head = await appendDown(trx, gatewayId, simulationEntry(simulation), nowMs);
  const removed = await trx
    .selectFrom("removed_device")
    .select("key")
    .where("gateway_id", "=", gatewayId)
    .where("confirmed", "=", 0)
    .orderBy("key")
    .execute();
  for (const { key } of removed)
    head = await appendDown(trx, gatewayId, { kind: "device.remove", device: key }, nowMs);
  const rotation = await rotationEvent(trx, gatewayId);
  if (rotation !== null) head = await appendDown(trx, gatewayId, rotation, nowMs);
  await jobs.wantAnew(trx, gatewayId, async (event) => {
    head = await appendDown(trx, gatewayId, event, nowMs);
    return head;
  });
  return head;
}

/** The next step of the gateway's to another key; null when it is to keep the one it has. */
async function rotationEvent(trx: Transaction<Tables>, gatewayId: string): Promise<DownlogEvent | null> {
  const { rotation, next_public_key } = await trx
    .selectFrom("gateway")
    .select(["rotation", "next_public_key"])
    .where("id", "=", gatewayId)
    .executeTakeFirstOrThrow();
  if (rotation === null) return null;
  return { kind: next_public_key === null ? "key.rotate" : "key.use", rotation };
}

/** The devices that connect with a password the cloud has the hash of. Simulated ones come with their simulation. */
async function devicesToRestore(trx: Transaction<Tables>, gatewayId: string): Promise<DownlogEvent[]> {
  const rows = await trx
    .selectFrom("device")
    .select(["key", "password_hash"])
    .where("gateway_id", "=", gatewayId)
    .where("provenance", "=", "real")
    .where("lifecycle", "!=", "retired")
    .where("deleted_ms", "is", null)
    .where("password_hash", "is not", null)
    .orderBy("key")
    .execute();
  return rows.map((row) => ({ kind: "device.restore", device: row.key, passwordHash: row.password_hash! }));
}
