import type { Transaction } from "kysely";
import type { Clock } from "../../protocol/clock.ts";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import { type Hello, helloSigningText, type Welcome } from "../../protocol/frames/control.ts";
import type { ClockSample } from "../../protocol/gateways/clock-skew.ts";
import { makeId } from "../../protocol/ids.ts";
import type { Seq, UplogStream } from "../../protocol/log/cursor.ts";
import { markOf } from "../../protocol/log/entry.ts";
import type { Random } from "../../protocol/random.ts";
import { agreeVersion, PROTOCOL_VERSION, PROTOCOL_VERSION_MIN } from "../../protocol/version.ts";
import type { CloudDatabase } from "../database/database.ts";
import { prepared } from "../database/prepared.ts";
import type { Tables } from "../database/tables.ts";
import { readClockHistory, writeClockHistory } from "./clock-history.ts";
import { noteRun } from "./clones.ts";
import { renewDownlog } from "./downlog.ts";
import { GatewayClock } from "./gateway-clock.ts";
import type { JobHalf } from "./job-half.ts";
import type { KeyRotations } from "./key-rotation.ts";
import type { VerifySignature } from "./signature.ts";
import { refusalOf } from "./standing.ts";

/** A gateway that was replaced more often than that does not tell its oldest machines why they are not let in. */
const FORMER_KEYS_TRIED = 5;

export interface GreetingParts {
  db: CloudDatabase;
  clock: Clock;
  random: Random;
  verifySignature: VerifySignature;
  keys: Pick<KeyRotations, "signer" | "used">;
  jobs: Pick<JobHalf, "wantAnew" | "forgotten">;
}

/** A gateway that has proved who it is, and what the session with it begins from. */
export interface Greeting {
  gateway: { id: string; organizationId: string; siteId: string };
  /** The gateway's uplog, and the newest seq of each lane. */
  epoch: string;
  heads: Record<UplogStream, Seq>;
  welcome: Welcome;
  /** Last seq of the downlog in `welcome` that the gateway has applied. */
  downCursor: Seq;
  /** Another machine that is this gateway, too, was connected between this one's connections. */
  isCloned: boolean;
  /** What is known of the gateway's clock, with the question that the challenge was and the answer that the hello is. */
  clock: GatewayClock;
}

/**
 * Answers a hello, which came `roundTripMs` after the challenge. Checks version, gateway and signature before anything is written; then notes the connection and
 * reads the cursors in one transaction. Codes: `protocol.unsupported`, `gateway.unknown`, `gateway.revoked`,
 * `site.deleted`, `gateway.bad-signature`.
 */
export async function greet(
  parts: GreetingParts,
  nonce: string,
  hello: Hello,
  roundTripMs: number,
): Promise<Result<Greeting>> {
  const { db, clock } = parts;
  const sample: ClockSample = { theirMs: hello.nowMs, nowMs: clock.nowMs(), roundTripMs };
  const protocol = agreeVersion(hello.protocol);
  if (protocol === null) return refuse("protocol.unsupported", whichIsOlder(hello.protocol));

  const known = await db.read
    .selectFrom("gateway")
    .select(["id", "public_key", "next_public_key", "next_key_ms", "revoked_ms", "paused_ms"])
    .where("id", "=", hello.gateway)
    .executeTakeFirst();
  if (known === undefined) return refuse("gateway.unknown", `gateway ${hello.gateway}`);
  const text = helloSigningText(nonce, hello.gateway, hello.epoch);
  const key = await parts.keys.signer(known, text, hello.signature);
  if (key === null) {
    const wasReplaced = await isOfFormerKey(parts, hello, text);
    return refuse(wasReplaced ? "gateway.replaced" : "gateway.bad-signature", `gateway ${hello.gateway}`);
  }
  // After the signature: only the gateway itself learns why it is not let in.
  const refusal = refusalOf(known);
  if (refusal !== null) return { ok: false, refusal };
  return db.write(async (trx) => {
    const greeting = await begin(parts, trx, hello, protocol, sample);
    if (greeting.ok) await parts.keys.used(trx, hello.gateway, key, sample.nowMs);
    return greeting;
  });
}

/** Whether the hello is of a machine whose place another has taken. */
async function isOfFormerKey(
  { db, verifySignature }: GreetingParts,
  hello: Hello,
  text: string,
): Promise<boolean> {
  const keys = await db.read
    .selectFrom("gateway_former_key")
    .select("public_key")
    .where("gateway_id", "=", hello.gateway)
    .orderBy("replaced_ms", "desc")
    .limit(FORMER_KEYS_TRIED)
    .execute();
  for (const { public_key } of keys)
    if (await verifySignature(public_key, text, hello.signature)) return true;
  return false;
}

async function begin(
  { clock, random, jobs }: GreetingParts,
  trx: Transaction<Tables>,
  hello: Hello,
  protocol: number,
  sample: ClockSample,
): Promise<Result<Greeting>> {
  const { nowMs } = sample;
  const gateway = await trx
    .selectFrom("gateway")
    .select([
      "id",
      "organization_id",
      "site_id",
      "revoked_ms",
      "paused_ms",
      "downlog_epoch",
      "downlog_head",
      "downlog_acked",
      "run",
      "former_run",
      "uplog_epoch",
    ])
    .where("id", "=", hello.gateway)
    .executeTakeFirst();
  if (gateway === undefined) return refuse("gateway.unknown", `gateway ${hello.gateway}`);
  const refusal = refusalOf(gateway);
  if (refusal !== null) return { ok: false, refusal };
  const urgent = await readCursor(trx, gateway.id, hello.epoch, "urgent");
  const bulk = await readCursor(trx, gateway.id, hello.epoch, "bulk");
  const uplog = { urgent: urgent.seq, bulk: bulk.seq };
  const history = await readClockHistory(trx, gateway.id, hello.epoch);
  const gatewayClock = new GatewayClock(history, uplog, sample);
  if (!gatewayClock.isTaken) await writeClockHistory(trx, gateway.id, hello.epoch, gatewayClock.take());
  const runs = noteRun(gateway, hello.run, nowMs);
  await trx
    .updateTable("gateway")
    .set({
      ...runs,
      connected_ms: nowMs,
      last_seen_ms: nowMs,
      version: hello.version,
      protocol,
      clock_skew_ms: gatewayClock.skewMs,
      uplog_epoch: hello.epoch,
      urgent_head: hello.uplog.urgent.head,
      bulk_head: hello.uplog.bulk.head,
    })
    .where("id", "=", gateway.id)
    .execute();

  let downlog = { epoch: gateway.downlog_epoch, head: gateway.downlog_head };
  const applied = hello.downlog?.epoch === downlog.epoch ? hello.downlog.seq : 0;
  const restored = await isAnotherLog(trx, gateway.id, { ...hello.downlog, seq: applied }, downlog.head);
  // A log of its own, and never a downlog: a machine that has taken the place of the one that was heard before.
  const isReborn =
    hello.downlog === null && gateway.uplog_epoch !== null && gateway.uplog_epoch !== hello.epoch;
  if (!restored && applied < gateway.downlog_acked)
    await jobs.forgotten(trx, gateway.id, applied, gateway.downlog_acked);
  if (restored || isReborn) {
    const epoch = makeId(nowMs, random);
    downlog = { epoch, head: await renewDownlog(trx, gateway.id, epoch, nowMs, jobs, isReborn) };
  } else {
    await trx.updateTable("gateway").set({ downlog_acked: applied }).where("id", "=", gateway.id).execute();
  }
  return accept({
    gateway: { id: gateway.id, organizationId: gateway.organization_id, siteId: gateway.site_id },
    epoch: hello.epoch,
    heads: { urgent: hello.uplog.urgent.head, bulk: hello.uplog.bulk.head },
    welcome: {
      protocol,
      uplog,
      marks: { ...markField("urgent", urgent.mark), ...markField("bulk", bulk.mark) },
      downlog,
      nowMs: clock.nowMs(),
    },
    downCursor: restored ? 0 : applied,
    isCloned: runs.cloned_ms !== undefined,
    clock: gatewayClock,
  });
}

/**
 * Whether the gateway has applied a downlog that is not the one we have, although it bears its name: more than there is,
 * or another entry at the same place. This database then came back from an older backup, and has gone on since.
 */
async function isAnotherLog(
  trx: Transaction<Tables>,
  gatewayId: string,
  applied: { seq: Seq; mark?: number | undefined },
  head: Seq,
): Promise<boolean> {
  if (applied.seq > head) return true;
  if (applied.seq === 0 || applied.mark === undefined) return false;
  const entry = await trx
    .selectFrom("downlog")
    .select(["kind", "at_ms as atMs", "payload"])
    .where("gateway_id", "=", gatewayId)
    .where("seq", "=", applied.seq)
    .executeTakeFirst();
  return entry !== undefined && markOf(entry) !== applied.mark;
}

function markField(stream: UplogStream, mark: number | null): { [lane in UplogStream]?: number } {
  return mark === null ? {} : { [stream]: mark };
}

/** How far an uplog has been applied, and the mark of the entry there. Read it inside the transaction that will move it. */
export async function readCursor(
  trx: Transaction<Tables>,
  gatewayId: string,
  epoch: string,
  stream: UplogStream,
): Promise<{ seq: Seq; mark: number | null }> {
  const [row] = await findCursor(trx, gatewayId, epoch, stream);
  return row ?? { seq: 0, mark: null };
}

const findCursor = prepared((db, gatewayId: string, epoch: string, stream: UplogStream) =>
  db
    .selectFrom("uplog_cursor")
    .select(["seq", "mark"])
    .where("gateway_id", "=", gatewayId)
    .where("epoch", "=", epoch)
    .where("stream", "=", stream),
);

function whichIsOlder(theirs: { min: number; max: number }): string {
  const older =
    theirs.max < PROTOCOL_VERSION_MIN ? "the gateway is the older side" : "this cloud is the older side";
  return `the gateway speaks ${theirs.min} to ${theirs.max}, this cloud ${PROTOCOL_VERSION_MIN} to ${PROTOCOL_VERSION}: ${older}`;
}
