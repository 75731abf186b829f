import type { Transaction } from "kysely";
import { type Outcome, retryable } from "../../../protocol/notifications/outcome.ts";
import { MINUTE, SECOND } from "../../../protocol/units.ts";
import { CommitPace } from "../../clock/commit-pace.ts";
import type { Tables } from "../../database/tables.ts";
import { Brake } from "./brake.ts";
import { claim, release } from "./claims.ts";
import type { EngineParts } from "./engine-parts.ts";
import { Grip } from "./grip.ts";
import type { Ready } from "./load.ts";
import type { Pace } from "./pace.ts";

/** Taken up at once: twice what is under way, so that a commit is never waited for. */
const CLAIMED = 2;
/** After a failure of our own database. */
const AGAIN_MS = SECOND;
/** How long a stop waits for platforms. What is still in hand then is handed over again by the next start. */
const STOP_MS = 5 * SECOND;
/** Whatever a platform's library does: after so long it has no answer. */
const HANDING_MAX_MS = MINUTE;

export interface Answered {
  ready: Ready;
  outcome: Outcome;
}

export interface LaneParts extends Pick<EngineParts, "db" | "clock" | "random" | "log"> {
  /** What was claimed, with its addresses and messages; what can not be sent is ended in the same transaction. */
  load(trx: Transaction<Tables>, rows: Awaited<ReturnType<typeof claim>>): Promise<Ready[]>;
  hand(ready: Ready): Promise<Outcome>;
  write(trx: Transaction<Tables>, answered: readonly Answered[]): Promise<void>;
  /** Called when that is durable. */
  written(answered: readonly Answered[]): void;
  /** How many may be in hand at most. */
  atOnce: number;
  /** Shared with who hands over beside it. */
  pace: Pace;
}

interface Heard extends Answered {
  /** By the clock that only grows. */
  handedMs: number;
  answeredMs: number;
}

/**
 * One lane: takes up deliveries, hands them over, and writes down what came of it, many at a time. One transaction both
 * writes what is known and takes up what is next. What is in hand when the process dies is handed over again, under the
 * same id.
 */
export class Lane {
  readonly #name: string;
  readonly #parts: LaneParts;
  readonly #brake: Brake;
  readonly #grip: Grip;
  readonly #pace: Pace;
  readonly #commits: CommitPace;
  /** Resolved when waiting for more to share a commit is of no use. */
  #due = Promise.withResolvers<void>();
  #ready: Ready[] = [];
  /** All that was taken up and is not written down yet. */
  readonly #inHand = new Set<string>();
  /** Taken up, and to be put back: the platform takes less than it did. */
  #surplus: string[] = [];
  #answered: Heard[] = [];
  #underWay = 0;
  /** Nothing more is ready, as far as is known. */
  #isDry = true;
  #turning: Promise<void> | null = null;
  #cancelLater: (() => void) | null = null;
  #stopped = false;
  /** What is heard now comes too late to be written down: the next start hands it over again. */
  #ended = false;
  #quiet = Promise.withResolvers<void>();

  constructor(name: string, parts: LaneParts) {
    this.#name = name;
    this.#parts = parts;
    this.#brake = new Brake(parts.atOnce, parts.random);
    this.#grip = new Grip(parts.atOnce);
    this.#pace = parts.pace;
    this.#commits = new CommitPace(parts.clock);
    this.#quiet.resolve();
  }

  /** Nothing is on its way or known to be ready, or the rest has to wait. */
  get isIdle(): boolean {
    if (this.#turning !== null || this.#underWay + this.#answered.length > 0) return false;
    return (this.#isDry && this.#ready.length === 0) || this.#cancelLater !== null;
  }

  /** Something may be ready. */
  kick(): void {
    if (this.#stopped) return;
    this.#isDry = false;
    this.#go();
  }

  /** Hands over nothing more, waits a while for what is under way, and puts back the rest. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelLater?.();
    this.#due.resolve();
    const late = Promise.withResolvers<void>();
    const cancel = this.#parts.clock.after(STOP_MS, late.resolve);
    await Promise.race([this.#drain(), late.promise]);
    cancel();
    this.#ended = true;
    const left = [...this.#surplus.splice(0), ...this.#ready.splice(0).map(({ row }) => row.id)];
    if (left.length > 0) await this.#parts.db.write((trx) => release(trx, left));
  }

  async #drain(): Promise<void> {
    while (this.#underWay > 0 || this.#turning !== null || this.#answered.length > 0) {
      await this.#turning;
      this.#turn();
      if (this.#turning === null && this.#underWay > 0) await this.#quiet.promise;
    }
  }

  #go(): void {
    this.#handOver();
    this.#turn();
  }

  #handOver(): void {
    const { clock } = this.#parts;
    while (!this.#stopped && this.#ready.length > 0) {
      const nowMs = clock.nowMs();
      if (this.#underWay >= this.#brake.windowAt(nowMs)) {
        if (this.#underWay === 0) this.#later(this.#brake.opensMs - nowMs);
        return;
      }
      // When some are written down it is looked again.
      if (this.#grip.isFull) return;
      const waitMs = this.#pace.take(nowMs);
      if (waitMs > 0) {
        this.#later(waitMs);
        return;
      }
      this.#hand(this.#ready.shift()!);
    }
  }

  #hand(ready: Ready): void {
    if (this.#underWay === 0) this.#quiet = Promise.withResolvers<void>();
    this.#underWay += 1;
    this.#grip.take();
    const { clock } = this.#parts;
    const handedMs = clock.monotonicMs();
    const late = Promise.withResolvers<Outcome>();
    const cancel = clock.after(HANDING_MAX_MS, () =>
      late.resolve(retryable(`no answer within ${HANDING_MAX_MS / SECOND} s`)),
    );
    void Promise.race([this.#parts.hand(ready), late.promise])
      .catch((error: unknown) => retryable(error instanceof Error ? error.message : String(error)))
      .then((outcome) => {
        cancel();
        this.#underWay -= 1;
        this.#brake.heard(outcome, clock.nowMs());
        this.#answered.push({ ready, outcome, handedMs, answeredMs: clock.monotonicMs() });
        if (this.#isDue) this.#due.resolve();
        this.#shed();
        this.#go();
        if (this.#underWay === 0) this.#quiet.resolve();
      });
  }

  /** What will not be handed over soon goes back to its line, so that it never waits in hand. */
  #shed(): void {
    const keep = CLAIMED * this.#brake.windowAt(this.#parts.clock.nowMs());
    if (this.#ready.length <= keep) return;
    this.#surplus.push(...this.#ready.splice(keep).map(({ row }) => row.id));
    this.#isDry = false;
  }

  /** Writes and takes up until there is nothing to do of either. */
  #turn(): void {
    if (this.#ended || this.#turning !== null || !this.#hasToDo()) return;
    this.#turning = this.#turns().finally(() => {
      this.#turning = null;
      this.#handOver();
      // More came in while the last commit was waited for.
      if (this.#hasToDo()) this.#turn();
    });
  }

  #hasToDo(): boolean {
    return this.#answered.length + this.#surplus.length > 0 || this.#wanted() > 0;
  }

  /** How many to take up now. */
  #wanted(): number {
    if (this.#stopped || this.#isDry) return 0;
    const window = Math.min(this.#brake.windowAt(this.#parts.clock.nowMs()), this.#grip.size);
    // From one commit to the next as many as may be under way are handed over.
    return this.#ready.length >= window ? 0 : CLAIMED * window - this.#ready.length;
  }

  /** Enough share the next commit, or nobody is left who could. */
  get #isDue(): boolean {
    return this.#stopped || this.#answered.length >= this.#underWay;
  }

  async #turns(): Promise<void> {
    while (this.#hasToDo()) {
      // What is answered in the same moment is written together.
      await new Promise((resolve) => setImmediate(resolve));
      this.#due = Promise.withResolvers();
      if (this.#isDue) this.#due.resolve();
      await this.#commits.next(this.#due.promise);
      const answered = this.#answered.splice(0);
      const surplus = this.#surplus.splice(0);
      try {
        const claimed = await this.#turnOnce(answered, surplus);
        this.#parts.written(answered);
        this.#putDown(answered);
        for (const id of surplus) this.#inHand.delete(id);
        for (const { row } of claimed) this.#inHand.add(row.id);
        this.#ready.push(...claimed);
        this.#handOver();
      } catch (error) {
        if (this.#ended) return;
        // Nothing of it is written: the answers are kept, and what was to be taken up is still there.
        this.#answered.unshift(...answered);
        this.#surplus.unshift(...surplus);
        this.#isDry = false;
        this.#parts.log.error("what became of deliveries could not be written", { lane: this.#name, error });
        await new Promise<void>((resolve) => this.#parts.clock.after(AGAIN_MS, resolve));
      }
    }
    if (!this.#isDry && !this.#stopped && this.#underWay === 0 && this.#ready.length === 0)
      this.#later(this.#brake.opensMs - this.#parts.clock.nowMs());
  }

  #putDown(answered: readonly Heard[]): void {
    const nowMs = this.#parts.clock.monotonicMs();
    for (const { ready, handedMs, answeredMs } of answered) {
      this.#inHand.delete(ready.row.id);
      this.#grip.putDown(answeredMs - handedMs, nowMs - handedMs);
    }
  }

  #turnOnce(answered: readonly Answered[], surplus: readonly string[]): Promise<Ready[]> {
    const { db, clock, load, write } = this.#parts;
    return db.write(async (trx) => {
      if (answered.length > 0) await write(trx, answered);
      await release(trx, surplus);
      const limit = this.#wanted();
      if (limit === 0) return [];
      this.#isDry = true;
      const rows = await claim(trx, this.#name, limit, clock.nowMs());
      if (rows.length === limit) this.#isDry = false;
      // One whose time in hand is over and that is still here is on its way.
      const news = rows.filter(({ id }) => !this.#inHand.has(id));
      return news.length === 0 ? [] : load(trx, news);
    });
  }

  #later(delayMs: number): void {
    if (this.#cancelLater !== null) return;
    this.#cancelLater = this.#parts.clock.after(Math.max(1, delayMs), () => {
      this.#cancelLater = null;
      this.#go();
    });
  }
}
