import type { Statement } from "bun:sqlite";
import type { Logger } from "@logtape/logtape";
import { encodeChunks } from "../../protocol/chunks/chunk.ts";
import type { Clock } from "../../protocol/clock.ts";
import type { Seq } from "../../protocol/log/cursor.ts";
import { CHUNK_KIND } from "../../protocol/log/kinds.ts";
import type { Reading } from "../../protocol/telemetry/reading.ts";
import { SECOND } from "../../protocol/units.ts";
import type { EdgeDatabase } from "../database/database.ts";
import type { Uplog } from "../uplog/uplog.ts";
import type { GroupCommit } from "./group-commit.ts";
import { zstd } from "./zstd.ts";

/**
 * What devices measure: journalled as it comes, sealed into chunks when there is enough, when it is old enough, or
 * when somebody reads it.
 *
 * Promises: a reading that was taken in is in the journal, durably; sealing takes it out of the journal and puts it
 * into the uplog in one transaction, so that it is always in exactly one of them.
 */
export interface Telemetry {
  /** Resolves when the readings are durable; rejects when they could not be written, and then none of them is. */
  ingest(device: string, readings: readonly Reading[]): Promise<void>;
  /** Seals the open readings of these devices, or of all. Gives the newest seq of the uplog's bulk lane. */
  seal(devices?: readonly string[]): Seq;
  /** Calls `listener` with what was just taken in, after its commit. Returns the function that ends it. */
  onReadings(listener: (device: string, readings: readonly Reading[]) => void): () => void;
  /** Begins to seal what grows old. */
  start(): void;
  stop(): void;
}

export interface SealPolicy {
  /** Seal a device's readings when so many are open. */
  readings: number;
  /** Seal them when the oldest has been open for so long, ms. */
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

/** Devices sealed in one transaction: enough to share its fsync, few enough that no message waits for it long. */
const SEALED_TOGETHER = 32;

/** What of a device is in the journal and not sealed: how many, and since when (monotonic ms). */
interface Open {
  count: number;
  sinceMs: number;
}

type JournalRow = { id: number; at_ms: number; values: string };

class JournalledTelemetry implements Telemetry {
  readonly #parts: TelemetryParts;
  readonly #open = new Map<string, Open>();
  readonly #sealedOnce = new Set<string>();
  readonly #listeners = new Set<(device: string, readings: readonly Reading[]) => void>();
  readonly #insert: Statement<never, [string, number, string]>;
  readonly #journal: Statement<JournalRow, [string, number]>;
  readonly #forget: Statement<never, [string, number]>;
  #cancel: (() => void) | null = null;
  #sealFails = false;

  constructor(parts: TelemetryParts) {
    this.#parts = parts;
    const { sqlite } = parts.db;
    this.#insert = sqlite.query('INSERT INTO journal (device, at_ms, "values") VALUES (?, ?, ?)');
    this.#journal = sqlite.query(
      'SELECT id, at_ms, "values" FROM journal INDEXED BY journal_device WHERE device = ? ORDER BY id LIMIT ?',
    );
    this.#forget = sqlite.query("DELETE FROM journal INDEXED BY journal_device WHERE device = ? AND id <= ?");
  }

  async ingest(device: string, readings: readonly Reading[]): Promise<void> {
    await this.#parts.commit.run(() => {
      for (const reading of readings) this.#insert.run(device, reading.atMs, JSON.stringify(reading.values));
    });
    for (const listener of this.#listeners) listener(device, readings);
    const open = this.#open.get(device) ?? { count: 0, sinceMs: this.#parts.clock.monotonicMs() };
    open.count += readings.length;
    this.#open.set(device, open);
    if (open.count >= this.#parts.policy.readings) this.#trySeal([device]);
  }

  seal(devices: readonly string[] = [...this.#open.keys()]): Seq {
    const { db, uplog } = this.#parts;
    for (let first = 0; first < devices.length; first += SEALED_TOGETHER) {
      const together = devices.slice(first, first + SEALED_TOGETHER);
      db.transaction(() => {
        for (const device of together) this.#sealAll(device);
      });
      for (const device of together) this.#open.delete(device);
    }
    return uplog.head("bulk");
  }

  onReadings(listener: (device: string, readings: readonly Reading[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    const rows = this.#parts.db.sqlite
      .query<{ device: string; count: number }, []>(
        "SELECT device, count(*) AS count FROM journal GROUP BY device",
      )
      .all();
    const sinceMs = this.#parts.clock.monotonicMs();
    for (const { device, count } of rows) this.#open.set(device, { count, sinceMs });
    const look = (): void => {
      this.#sealOld();
      this.#cancel = this.#parts.clock.after(SECOND, look);
    };
    this.#cancel = this.#parts.clock.after(SECOND, look);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #sealOld(): void {
    const { clock, policy } = this.#parts;
    const nowMs = clock.monotonicMs();
    const isDue = (device: string, open: Open): boolean =>
      nowMs - open.sinceMs >=
      (this.#sealedOnce.has(device) ? policy.afterMs : Math.min(policy.afterMs, FIRST_SEAL_AFTER_MS));
    const old = [...this.#open].filter(([device, open]) => isDue(device, open)).map(([device]) => device);
    if (old.length > 0) this.#trySeal(old);
  }

  /**
   * What cannot be sealed (the disk is full) stays in the journal, where it is as durable, and is tried again with
   * the next look. The log hears when that begins and when it ends.
   */
  #trySeal(devices: readonly string[]): void {
    const { log } = this.#parts;
    try {
      this.seal(devices);
      if (this.#sealFails) log.info("telemetry is sealed again");
      this.#sealFails = false;
    } catch (error) {
      if (!this.#sealFails) log.error("telemetry could not be sealed and stays in the journal", { error });
      this.#sealFails = true;
    }
  }

  #sealAll(device: string): void {
    const { readings: most } = this.#parts.policy;
    for (let sealed = most; sealed === most; ) sealed = this.#sealOnce(device);
  }

  /** One chunk's worth of a device, from the journal to the uplog. How many readings it was. */
  #sealOnce(device: string): number {
    const { db, uplog, clock, policy } = this.#parts;
    const rows = this.#journal.all(device, policy.readings);
    const last = rows.at(-1);
    if (last === undefined) return 0;
    const readings = rows.map((row) => ({
      atMs: row.at_ms,
      values: JSON.parse(row.values) as Reading["values"],
    }));
    for (const payload of encodeChunks({ device, readings }, zstd)) {
      uplog.append({ kind: CHUNK_KIND, atMs: clock.nowMs(), payload });
    }
    this.#forget.run(device, last.id);
    db.onCommit(() => this.#sealedOnce.add(device));
    return rows.length;
  }
}
