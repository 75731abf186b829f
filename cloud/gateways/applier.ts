import type { Logger } from "@logtape/logtape";
import type { Transaction } from "kysely";
import type { Compressor } from "../../protocol/chunks/chunk.ts";
import type { Clock } from "../../protocol/clock.ts";
import type { Entries } from "../../protocol/frames/entries.ts";
import { hasEnded, type JobState } from "../../protocol/jobs/job-machine.ts";
import type { Seq, UplogStream } from "../../protocol/log/cursor.ts";
import type { Entry } from "../../protocol/log/entry.ts";
import { KIB } from "../../protocol/units.ts";
import { CommitPace } from "../clock/commit-pace.ts";
import type { CloudDatabase } from "../database/database.ts";
import type { Tables } from "../database/tables.ts";
import { type Applied, applyBatch, type Batch, type Manner } from "./apply.ts";
import type { ApplySimulation, DeviceApplier } from "./device-applier.ts";
import type { JobHalf } from "./job-half.ts";
import type { KeyRotations } from "./key-rotation.ts";
import type { Session } from "./session.ts";
import { Turns } from "./turns.ts";

export interface ApplierParts<Change> {
  db: CloudDatabase;
  clock: Clock;
  log: Logger;
  compressor: Compressor;
  devices: DeviceApplier<Change>;
  simulation: ApplySimulation<Change>;
  jobs: JobHalf;
  /** Resolves when no person waits for an answer, or after a moment. */
  giveWay(): Promise<void>;
  /** What else is to be written down of a session, in the transaction of its entries. */
  alongside(trx: Transaction<Tables>, session: Session): Promise<void>;
  keys: Pick<KeyRotations, "made">;
  /** Called after the commit, before the acknowledgement is sent. */
  onApplied(session: Session, stream: UplogStream, applied: Applied<Change>): void;
}

/**
 * What one transaction takes: long enough to share a commit among many entries, short enough that the next one, and
 * whoever else writes to the database, waits some ten milliseconds. A turn of one gateway with a backlog fills it;
 * many gateways with an entry each share it.
 */
export const TRANSACTION_BYTES = 128 * KIB;
export const TRANSACTION_TURNS = 32;

/** Frames of one lane of one session, taken out of its line to be applied. */
interface Turn {
  session: Session;
  stream: UplogStream;
  batch: Batch;
}

/** Applies what the sessions have queued, gateway by gateway and lane by lane; acknowledges it after the commit. */
export class Applier<Change> {
  readonly #parts: ApplierParts<Change>;
  readonly #turns = new Turns<Session>();
  readonly #pace: CommitPace;
  /** Resolves when what waits may be the answer to somebody's call. */
  #answer = Promise.withResolvers<void>();
  #running: Promise<void> | null = null;

  constructor(parts: ApplierParts<Change>) {
    this.#parts = parts;
    this.#pace = new CommitPace(parts.clock);
  }

  /** A frame is in its lane's line. */
  queued(session: Session, frame: Entries): void {
    if (this.#parts.jobs.areAwaited() && frame.entries.some(tellsAnEnd)) this.#answer.resolve();
    this.#turns.offer(session, frame.stream as UplogStream, session.isModest);
    this.#running ??= this.#run();
  }

  forget(session: Session): void {
    this.#turns.remove(session);
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  async #run(): Promise<void> {
    // The caller may offer more at once; a batch of several frames is cheaper than one of the first alone.
    await yieldToOthers();
    while (this.#turns.isWaiting) {
      await this.#serveNext();
      await yieldToOthers();
    }
    this.#running = null;
  }

  /** What waits when its transaction begins: when it is its time, or sooner when somebody else commits, or waits for one of its entries. */
  async #serveNext(): Promise<void> {
    const { db, giveWay } = this.#parts;
    const begun = Promise.withResolvers<void>();
    const due = Promise.race([this.#answer.promise, this.#pace.next(begun.promise).then(() => giveWay())]);
    let turns: Turn[] | null = null;
    let done: Applied<Change>[];
    try {
      done = await db.writeTogether(async (trx) => {
        begun.resolve();
        const taken = this.#take();
        if (taken.isFull) this.#pace.wasFull();
        // Else it may be in what was left.
        else this.#answer = Promise.withResolvers();
        turns = taken.turns;
        return await this.#apply(trx, turns, "together");
      }, due);
    } catch {
      // Nothing of it was committed, and nothing is acknowledged. Whose fault it is shows when each has a transaction of its own, and
      // each entry its part of it: neither other gateways nor the rest of this one must suffer from one entry.
      for (const turn of turns ?? this.#take().turns) await this.#serveApart(turn);
      return;
    }
    this.#committed(turns ?? [], done);
  }

  /** The turns of the next transaction, and whether it takes no more. */
  #take(): { turns: Turn[]; isFull: boolean } {
    const turns: Turn[] = [];
    let bytes = 0;
    while (turns.length < TRANSACTION_TURNS && bytes < TRANSACTION_BYTES) {
      const next = this.#turns.next();
      if (next === null) break;
      const { item: session, stream } = next;
      const taken = session.take(stream, TRANSACTION_BYTES - bytes);
      bytes += taken.bytes;
      if (session.opened === null || taken.frames.length === 0) continue;
      const { greeting, clock } = session.opened;
      const { gateway, epoch } = greeting;
      const skewAt = (seq: Seq): number => clock.skewAt(stream, seq);
      const batch = { gatewayId: gateway.id, epoch, stream, frames: taken.frames, skewAt };
      turns.push({ session, stream, batch });
    }
    return { turns, isFull: turns.length >= TRANSACTION_TURNS || bytes >= TRANSACTION_BYTES };
  }

  async #serveApart(turn: Turn): Promise<void> {
    const { db, log } = this.#parts;
    try {
      const done = await db.write((trx) => this.#apply(trx, [turn], "each by itself"));
      this.#committed([turn], done);
    } catch (error) {
      const { session, stream } = turn;
      log.error("a batch of entries could not be applied", { gateway: session.gatewayId, stream, error });
      // The gateway comes again and sends it again.
      session.refuse({ code: "internal.error", detail: `${stream} entries could not be applied` });
    }
  }

  async #apply(trx: Transaction<Tables>, turns: readonly Turn[], manner: Manner): Promise<Applied<Change>[]> {
    const nowMs = this.#parts.clock.nowMs();
    const applied: Applied<Change>[] = [];
    for (const { session, batch } of turns) {
      applied.push(await applyBatch(this.#parts, trx, batch, nowMs, manner));
      await this.#parts.alongside(trx, session);
    }
    return applied;
  }

  #committed(turns: readonly Turn[], done: readonly Applied<Change>[]): void {
    for (const [index, applied] of done.entries()) this.#acknowledge(turns[index]!, applied);
  }

  #acknowledge({ session, stream }: Turn, applied: Applied<Change>): void {
    for (const { seq, kind, reason } of applied.kept) {
      const gateway = session.gatewayId;
      this.#parts.log.warn("an entry was set aside", { gateway, stream, seq, kind, reason });
    }
    this.#parts.onApplied(session, stream, applied);
    if (applied.ack !== null) session.send({ type: "ack", stream, seq: applied.ack });
    if (applied.refusal !== null) session.refuse(applied.refusal);
    if (session.isWaiting(stream)) this.#turns.offer(session, stream, session.isModest);
  }
}

const STATE = /"state":"([a-z-]+)"/;

/** Whether an entry says that an execution has ended, as far as can be seen before it is read. */
function tellsAnEnd({ kind, payload }: Entry): boolean {
  const [, state] = kind === "job.state" ? (STATE.exec(Buffer.from(payload).toString()) ?? []) : [];
  return state !== undefined && hasEnded(state as JobState);
}

/** The database answers within the same task, so without this sockets and timers would wait for the whole backlog. */
function yieldToOthers(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
