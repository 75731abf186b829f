import type { Logger } from "@logtape/logtape";
import type { Compressor } from "../../protocol/chunks/chunk.ts";
import type { Clock } from "../../protocol/clock.ts";
import type { UplogStream } from "../../protocol/log/cursor.ts";
import { KIB } from "../../protocol/units.ts";
import type { CloudDatabase } from "../database/database.ts";
import { type Applied, applyBatch, type DeviceApplier } from "./apply.ts";
import type { Session } from "./session.ts";
import { Turns } from "./turns.ts";

export interface ApplierParts<Change> {
  db: CloudDatabase;
  clock: Clock;
  log: Logger;
  compressor: Compressor;
  devices: DeviceApplier<Change>;
  /** Called after the commit, before the acknowledgement is sent. */
  onApplied(session: Session, stream: UplogStream, applied: Applied<Change>): void;
}

/**
 * Frames' worth of bytes that one gateway's turn takes: long enough to share a commit among many entries, short
 * enough that the next gateway, and whoever else writes to the database, waits some ten milliseconds.
 */
export const TURN_BYTES = 128 * KIB;

/** Applies what the sessions have queued: one gateway's lane a turn, one transaction a turn, acknowledged after it. */
export class Applier<Change> {
  readonly #parts: ApplierParts<Change>;
  readonly #turns = new Turns<Session>();
  #running: Promise<void> | null = null;

  constructor(parts: ApplierParts<Change>) {
    this.#parts = parts;
  }

  /** A lane of a session has something waiting. */
  offer(session: Session, stream: UplogStream): void {
    this.#turns.offer(session, stream);
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
    for (let turn = this.#turns.next(); turn !== null; turn = this.#turns.next()) {
      await this.#serve(turn.item, turn.stream);
      await yieldToOthers();
    }
    this.#running = null;
  }

  async #serve(session: Session, stream: UplogStream): Promise<void> {
    const { db, clock, log } = this.#parts;
    const frames = session.take(stream, TURN_BYTES);
    if (session.opened === null || frames.length === 0) return;
    const { gateway, epoch } = session.opened.greeting;
    const batch = { gatewayId: gateway.id, epoch, stream, frames };
    let applied: Applied<Change>;
    try {
      applied = await db.write((trx) => applyBatch(this.#parts, trx, batch, clock.nowMs()));
    } catch (error) {
      // Nothing of the batch was committed, and nothing is acknowledged: the gateway comes again and sends it again.
      log.error("a batch of entries could not be applied", { gateway: gateway.id, stream, error });
      session.refuse({ code: "internal.error", detail: `${stream} entries could not be applied` });
      return;
    }
    for (const { seq, kind, reason } of applied.kept) {
      log.warn("an entry was set aside", { gateway: gateway.id, stream, seq, kind, reason });
    }
    this.#parts.onApplied(session, stream, applied);
    if (applied.ack !== null) session.send({ type: "ack", stream, seq: applied.ack });
    if (applied.refusal !== null) session.refuse(applied.refusal);
    if (session.isWaiting(stream)) this.#turns.offer(session, stream);
  }
}

/** The database answers within the same task, so without this sockets and timers would wait for the whole backlog. */
function yieldToOthers(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
