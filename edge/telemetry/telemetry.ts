import type { Logger } from "@logtape/logtape";
import { encodeChunks } from "../../protocol/chunks/chunk.ts";
import type { Clock } from "../../protocol/clock.ts";
import type { Seq } from "../../protocol/log/cursor.ts";
import { CHUNK_KIND } from "../../protocol/log/kinds.ts";
import { type Reading, toReadings } from "../../protocol/telemetry/reading.ts";
import { MIB, SECOND } from "../../protocol/units.ts";
import { zstd } from "../compression/zstd.ts";
import type { EdgeDatabase } from "../database/database.ts";
import type { Uplog } from "../uplog/uplog.ts";
import { Batch, type Message } from "./batch.ts";
import type { GroupCommit } from "./group-commit.ts";
import { Journal } from "./journal.ts";
import { News } from "./news.ts";
import { type Open, OpenReadings, portionOf } from "./open-readings.ts";

export { createGroupCommit, type GroupCommit } from "./group-commit.ts";

/**
 * What devices measure: journalled as it comes, sealed into chunks when there is enough, when it is old enough, or
 * when somebody reads it.
 *
 * Promises: a reading that was taken in is in the journal, durably; sealing puts it into the uplog and notes so in one
 * transaction, so that after any restart it is open or sealed, and never both.
 */
export interface Telemetry {
  /**
   * Takes in what a message says, and runs `also` in the same transaction. Resolves when it is durable; rejects when it
   * could not be written, and then none of it is. What comes in one turn of the event loop shares one promise.
   */
  ingest(message: Message, readings: readonly Reading[], also?: () => void): Promise<void>;
  /** Seals the open readings of these devices, or of all. Gives the newest seq of the uplog's bulk lane. */
  seal(devices?: readonly string[]): Seq;
  /** The device's readings that are in no chunk yet, as they came. */
  open(device: string): readonly Reading[];
  /** Calls `listener` with what was just taken in, after its commit. Returns the function that ends it. */
  onReadings(listener: (device: string, readings: readonly Reading[]) => void): () => void;
  /** Begins to seal what grows old. What the journal holds from before is read back when it is first needed, in a second at most. */
  start(): void;
  stop(): void;
}

export interface SealPolicy {
  /** Seal a device's readings when so many are open. */
  readings: number;
  /**
   * Seal them when the oldest has been open for so long, ms, if there are enough to fill a chunk reasonably, if they say
   * something new, or if none has come for as long; others wait {@link PATIENCE} times as long.
   */
  afterMs: number;
}

export interface TelemetryParts {
  db: EdgeDatabase;
  uplog: Uplog;
  commit: GroupCommit;
  clock: Clock;
  log: Logger;
  policy: SealPolicy;
}

export function createTelemetry(parts: TelemetryParts): Telemetry {
  return new JournalledTelemetry(parts);
}

/**
 * The first readings of a device since the start are sealed so soon: whoever has just connected it looks for it in
 * the cloud, and a list there should not say "never".
 */
const FIRST_SEAL_AFTER_MS = 2 * SECOND;

/**
 * A chunk of 20 readings is mostly its header, one of 100 is not: what brings less in the time waits longer, as long as
 * it says nothing new ([decision 0014](../../docs/decisions/0014-sealing-in-patience.md)).
 */
const ENOUGH_READINGS = 100;
export const PATIENCE = 5;

/** Devices sealed in one transaction: enough to share its fsync, few enough that no message waits for it long. */
const SEALED_TOGETHER = 32;

/** Open readings are in memory too, and their journal on disk: when there is more of either, the oldest are sealed. */
const OPEN_MAX = 200_000;
const JOURNAL_MAX_BYTES = 64 * MIB;
/** Rows of the journal that nobody needs are deleted so many at a time. */
const FORGET_ROWS = 64;

class JournalledTelemetry implements Telemetry {
  readonly #parts: TelemetryParts;
  readonly #journal: Journal;
  /** Null until the journal was read back: no device that wants to connect waits for that. */
  #open: OpenReadings | null = null;
  readonly #news = new News();
  /** When each device was sealed last since the start, monotonic ms. */
  readonly #sealedMs = new Map<string, number>();
  readonly #listeners = new Set<(device: string, readings: readonly Reading[]) => void>();
  /** What came in since the last commit, and the promise of the one that will hold it. */
  #gathering: { batch: Batch; committed: Promise<void> } | null = null;
  /** Devices to seal with the next commits: all that is open, or whole chunks of it. */
  readonly #due = new Map<string, "all" | "chunk">();
  #sealing = false;
  #cancel: (() => void) | null = null;
  #sealFails = false;

  constructor(parts: TelemetryParts) {
    this.#parts = parts;
    this.#journal = new Journal(parts.db);
  }

  ingest(message: Message, readings: readonly Reading[], also?: () => void): Promise<void> {
    // The disk stands still: nothing more is taken in until it goes on.
    if (this.#gathering?.batch.isFull) this.#parts.commit.flush();
    this.#gathering ??= this.#gather();
    this.#gathering.batch.add(message, readings);
    if (also !== undefined) this.#gathering.batch.also.push(also);
    return this.#gathering.committed;
  }

  seal(devices: readonly string[] = this.#readBack().devices()): Seq {
    const { db, uplog } = this.#parts;
    for (let first = 0; first < devices.length; first += SEALED_TOGETHER) {
      const together = devices.slice(first, first + SEALED_TOGETHER);
      db.transaction(() => this.#sealTogether(together.map((device) => [device, "all"])));
    }
    return uplog.head("bulk");
  }

  open(device: string): readonly Reading[] {
    return this.#readBack().get(device)?.readings ?? [];
  }

  onReadings(listener: (device: string, readings: readonly Reading[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    const { clock } = this.#parts;
    const look = (): void => {
      this.#sealOld();
      this.#cancel = clock.after(SECOND, look);
    };
    this.#cancel = clock.after(SECOND, look);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** What is open. Throws when the journal cannot be read, each time: who went on without would forget what is acknowledged. */
  #readBack(): OpenReadings {
    if (this.#open !== null) return this.#open;
    const { clock, log } = this.#parts;
    const open = new OpenReadings();
    const nowMs = clock.monotonicMs();
    const damaged = (row: number): void => log.error("a damaged row of the journal was left out", { row });
    for (const { id, message } of this.#journal.replay(damaged)) {
      const text = Buffer.from(message.payload).toString();
      open.add(message.device, toReadings(JSON.parse(text), message.arrivedMs), id, nowMs);
    }
    this.#open = open;
    return open;
  }

  #gather(): { batch: Batch; committed: Promise<void> } {
    const { commit, db, clock } = this.#parts;
    const batch = new Batch();
    const closed = (): void => {
      if (this.#gathering?.batch === batch) this.#gathering = null;
    };
    const committed = commit.run(() => {
      closed();
      // From before first: the order in the journal is the order in the chunks.
      const openReadings = this.#readBack();
      const row = this.#journal.append(batch);
      for (const also of batch.also) also();
      db.onCommit(() => {
        const nowMs = clock.monotonicMs();
        for (const { device, readings } of batch.readings) {
          const open = openReadings.add(device, readings, row, nowMs);
          if (open.readings.length >= this.#parts.policy.readings && !this.#due.has(device))
            this.#due.set(device, "chunk");
        }
      });
    });
    committed.then(
      () => {
        for (const { device, readings } of batch.readings) {
          for (const listener of this.#listeners) listener(device, readings);
        }
        this.#sealDue();
      },
      // Whoever brought the messages is told. The transaction may not even have begun.
      closed,
    );
    return { batch, committed };
  }

  #sealOld(): void {
    const nowMs = this.#parts.clock.monotonicMs();
    const openReadings = this.#readBack();
    const tooMuch = openReadings.count > OPEN_MAX || this.#journal.bytes > JOURNAL_MAX_BYTES;
    const middleRow = (this.#journal.oldest + this.#journal.newest) / 2;
    for (const [device, open] of openReadings) {
      if (this.#isDue(device, open, nowMs) || (tooMuch && open.rows[0]!.id <= middleRow))
        this.#due.set(device, "all");
    }
    this.#sealDue();
  }

  #isDue(device: string, open: Open, nowMs: number): boolean {
    const { afterMs } = this.#parts.policy;
    const sealedMs = this.#sealedMs.get(device);
    const waitedMs = nowMs - open.sinceMs;
    if (sealedMs === undefined) return waitedMs >= Math.min(afterMs, FIRST_SEAL_AFTER_MS);
    if (open.readings.length >= ENOUGH_READINGS) return waitedMs >= afterMs;
    // The cloud tells by it whose clock has stamped them (cloud/gateways/corrections.ts).
    if (nowMs - open.newestMs >= afterMs) return true;
    if (!open.isNews) {
      open.isNews = this.#news.isIn(device, open.readings.slice(open.looked));
      open.looked = open.readings.length;
    }
    // At once, but not more often than anything else.
    return open.isNews ? nowMs - sealedMs >= afterMs : waitedMs >= afterMs * PATIENCE;
  }

  /**
   * Seals what is due, some devices a commit, beside the messages that come meanwhile. What cannot be sealed (the disk
   * is full) stays in the journal, where it is as durable, and is tried again with the next look. The log hears when
   * that begins and when it ends.
   */
  #sealDue(): void {
    if (this.#sealing || this.#due.size === 0) return;
    const { commit, db, log, policy } = this.#parts;
    this.#sealing = true;
    const sealed = commit.run(() => {
      const together = [...this.#due].slice(0, SEALED_TOGETHER);
      this.#sealTogether(together);
      db.onCommit(() => {
        for (const [device] of together) {
          const left = this.#readBack().get(device)?.readings.length ?? 0;
          if (left >= policy.readings) this.#due.set(device, "chunk");
          else this.#due.delete(device);
        }
      });
    });
    sealed.then(
      () => {
        this.#sealing = false;
        if (this.#sealFails) log.info("telemetry is sealed again");
        this.#sealFails = false;
        this.#sealDue();
      },
      (error: unknown) => {
        this.#sealing = false;
        if (!this.#sealFails) log.error("telemetry could not be sealed and stays in the journal", { error });
        this.#sealFails = true;
      },
    );
  }

  /** What is open of these devices, from the journal to the uplog, in the transaction under way. */
  #sealTogether(devices: readonly (readonly [device: string, what: "all" | "chunk"])[]): void {
    const { db, uplog, clock, policy } = this.#parts;
    const openReadings = this.#readBack();
    for (const [device, what] of devices) {
      const open = openReadings.get(device);
      if (open === undefined) continue;
      const portion = portionOf(open, what === "all" ? null : policy.readings);
      const readings = open.readings.slice(0, portion.readings);
      for (let first = 0; first < readings.length; first += policy.readings) {
        const part = readings.slice(first, first + policy.readings);
        for (const payload of encodeChunks({ device, readings: part }, zstd)) {
          uplog.append({ kind: CHUNK_KIND, atMs: clock.nowMs(), payload }, { device });
        }
      }
      this.#journal.sealed(device, portion.lastRow);
      db.onCommit(() => {
        const nowMs = clock.monotonicMs();
        this.#news.sealed(device, readings);
        openReadings.sealed(device, portion, nowMs);
        this.#sealedMs.set(device, nowMs);
      });
    }
    const needed = openReadings.oldestRow() ?? this.#journal.newest + 1;
    if (needed - this.#journal.oldest >= FORGET_ROWS) this.#journal.forgetBefore(needed);
  }
}
