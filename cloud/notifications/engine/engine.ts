import type { Transaction } from "kysely";
import { SECOND } from "../../../protocol/units.ts";
import type { Tables } from "../../database/tables.ts";
import { nextDue, overdue, readyLanes, releaseAll, wake } from "./claims.ts";
import { DeviceLane } from "./device-lane.ts";
import type { EngineParts } from "./engine-parts.ts";
import { takeSteps } from "./fallback.ts";
import { stepOn } from "./fallback-steps.ts";
import { FanOut } from "./fan-out.ts";
import { endGiven } from "./given.ts";
import { handOver, tellWritten, writeOutcomes } from "./handing.ts";
import { Lane } from "./lane.ts";
import { DEVICE_LANE } from "./lane-names.ts";
import { record, settleRuns } from "./ledger.ts";
import { Loader } from "./load.ts";
import type { Placing } from "./placing.ts";
import { beginDue, nextNotification } from "./schedule.ts";

export type { EngineParts, NotificationLetter } from "./engine-parts.ts";

/** Nothing waits longer than this for a clock that was set, a machine that slept, or another process that died. */
const LOOK_AGAIN_MS = 15 * SECOND;
const AT_ONCE = 500;
/** Lanes that are remembered though nothing is in them. */
const LANES_MAX = 1_000;

/**
 * Decides when and to whom. What is to do stands in the database alone: whoever starts looks there, and goes on where it
 * was. Lanes never wait for one another.
 */
export class Engine implements Placing {
  readonly #parts: EngineParts;
  readonly #loader = new Loader();
  readonly #fanOut: FanOut;
  readonly #devices: DeviceLane;
  readonly #lanes = new Map<string, Lane>();
  #running: Promise<void> | null = null;
  #again = false;
  #cancel: (() => void) | null = null;
  /** When it looks again by itself, by the clock that only grows. */
  #lookMs = Number.POSITIVE_INFINITY;
  #stopped = true;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#fanOut = new FanOut({ ...parts, placed: (...what) => this.placed(...what) });
    this.#devices = new DeviceLane(parts, this.#loader);
  }

  get db(): EngineParts["db"] {
    return this.#parts.db;
  }

  /** Takes up what was under way. */
  async start(): Promise<void> {
    const { db } = this.#parts;
    // On SQLite there is one process, and what was in its hand when it died is in nobody's.
    if (db.dialect === "sqlite")
      await db.write(async (trx) => {
        await releaseAll(trx);
        await endGiven(trx, this.#parts.clock.nowMs());
      });
    this.#stopped = false;
    await this.#parts.senders.resume();
    await this.#fanOut.start();
    for (const lane of await readyLanes(db.read)) this.#kick(lane);
    this.look();
  }

  /** Hands over nothing more; resolves when what is under way is written down. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#running;
    await this.#fanOut.stop();
    await this.#devices.stop();
    await Promise.all([...this.#lanes.values()].map((lane) => lane.stop()));
  }

  /** Something may be due sooner than all that was known. */
  look(): void {
    if (this.#stopped) return;
    this.#again = true;
    this.#running ??= this.#turn();
  }

  /** A run has begun. */
  begun(id: string, slotMs: number): void {
    this.#fanOut.kick(id, slotMs);
  }

  placed(lanes: Iterable<string>, dueMs: number | null): void {
    if (this.#stopped) return;
    for (const lane of lanes) this.#kick(lane);
    if (dueMs === null) return;
    const { clock } = this.#parts;
    const delayMs = dueMs - clock.nowMs();
    if (delayMs <= 0) this.look();
    else if (clock.monotonicMs() + delayMs < this.#lookMs) this.#lookAt(dueMs);
  }

  /** Resolves when nothing is left to do now. */
  async idle(): Promise<void> {
    for (;;) {
      await this.#running;
      await this.#fanOut.idle();
      const isIdle =
        this.#running === null &&
        this.#fanOut.isIdle &&
        this.#devices.isIdle &&
        [...this.#lanes.values()].every((lane) => lane.isIdle);
      if (isIdle) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async #turn(): Promise<void> {
    this.#cancel?.();
    this.#cancel = null;
    let nextMs: number | null = null;
    while (this.#again && !this.#stopped) {
      this.#again = false;
      try {
        await this.#due();
        nextMs = await this.#next();
      } catch (error) {
        // Nothing is lost: what is due stays due, and is looked at again.
        this.#parts.log.error("notifications that are due could not be begun", { error });
      }
    }
    this.#running = null;
    if (this.#again) this.look();
    else this.#lookAt(nextMs ?? Number.POSITIVE_INFINITY);
  }

  async #due(): Promise<void> {
    const { db, clock } = this.#parts;
    for (let more = true; more && !this.#stopped; ) {
      const begun = await db.write((trx) => beginDue(trx, clock.nowMs(), AT_ONCE));
      for (const { id, slotMs } of begun) this.#fanOut.kick(id, slotMs);
      more = begun.length === AT_ONCE;
    }
    for (let more = true; more && !this.#stopped; ) {
      const woken = await db.write((trx) => wake(trx, clock.nowMs(), AT_ONCE));
      for (const lane of new Set(woken)) this.#kick(lane);
      more = woken.length === AT_ONCE;
    }
    for (let more = true; more && !this.#stopped; ) more = await db.write((trx) => this.#expire(trx));
    for (let more = true; more && !this.#stopped; )
      more = await db.write((trx) =>
        takeSteps({ ...this.#parts, placed: (...what) => this.placed(...what) }, trx, clock.nowMs()),
      );
  }

  /** Also where a platform is away, and nobody takes them up. */
  async #expire(trx: Transaction<Tables>): Promise<boolean> {
    const nowMs = this.#parts.clock.nowMs();
    const ids = await overdue(trx, nowMs, AT_ONCE);
    const done = await record(
      trx,
      ids.map((id) => ({ id, event: "expire", detail: "its time was over before it could be sent" })),
      nowMs,
    );
    await stepOn(trx, done, nowMs);
    await settleRuns(
      trx,
      done.map(({ delivery }) => delivery),
      nowMs,
    );
    return ids.length === AT_ONCE;
  }

  async #next(): Promise<number | null> {
    const { read } = this.#parts.db;
    const step = await read
      .selectFrom("notification_fallback")
      .select((eb) => eb.fn.min("due_ms").as("due"))
      .executeTakeFirst();
    const times = [await nextNotification(read), await nextDue(read), step?.due ?? null];
    const known = times.filter((time) => time !== null);
    return known.length === 0 ? null : Math.min(...known.map(Number));
  }

  #lookAt(atMs: number): void {
    if (this.#stopped) return;
    this.#cancel?.();
    const { clock } = this.#parts;
    const delayMs = Math.min(LOOK_AGAIN_MS, Math.max(1, atMs - clock.nowMs()));
    this.#lookMs = clock.monotonicMs() + delayMs;
    this.#cancel = clock.after(delayMs, () => {
      this.#lookMs = Number.POSITIVE_INFINITY;
      this.look();
    });
  }

  #kick(name: string): void {
    if (name === DEVICE_LANE) {
      this.#devices.kick();
      return;
    }
    let lane = this.#lanes.get(name);
    if (lane === undefined) {
      if (this.#lanes.size >= LANES_MAX)
        for (const [other, { isIdle }] of this.#lanes) if (isIdle) this.#lanes.delete(other);
      lane = this.#make(name);
      this.#lanes.set(name, lane);
    }
    lane.kick();
  }

  #make(name: string): Lane {
    const parts = this.#parts;
    return new Lane(name, {
      ...parts,
      ...{ atOnce: parts.gates.atOnce(name), pace: parts.gates.pace(name) },
      load: (trx, rows) => this.#loader.load(trx, rows, parts.clock.nowMs()),
      hand: (ready) => handOver(parts, ready),
      write: async (trx, answered) => {
        const { nextMs } = await writeOutcomes(parts, trx, answered, parts.clock.nowMs());
        if (nextMs !== null) parts.db.onCommit(trx, () => this.placed([], nextMs));
      },
      written: (answered) => tellWritten(parts, answered),
    });
  }
}
