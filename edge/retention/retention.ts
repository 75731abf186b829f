import type { Logger } from "@logtape/logtape";
import type { Compressor } from "../../protocol/chunks/chunk.ts";
import type { Clock } from "../../protocol/clock.ts";
import { HOUR, MINUTE, SECOND } from "../../protocol/units.ts";
import type { EdgeDatabase } from "../database/database.ts";
import { usedBytes } from "../database/used-bytes.ts";
import type { GroupCommit } from "../telemetry/telemetry.ts";
import { Thinnable, type Uplog } from "../uplog/uplog.ts";
import { Dropped } from "./dropped.ts";
import { type Made, makeRoom } from "./make-room.ts";

export { type DroppedTelemetry, readDropped } from "./dropped.ts";

/**
 * Keeps the gateway's database within its disk budget, for as long as the cloud is away.
 *
 * Promises: what the cloud has applied goes first. Then the oldest telemetry is thinned, step by step, and count,
 * least, greatest and mean stay true; only the coarsest is dropped, and each reading of it is counted and told.
 * Entries of state, jobs and alarms that the cloud has not applied are never touched.
 */
export interface Retention {
  start(): void;
  stop(): void;
}

export interface RetentionParts {
  db: EdgeDatabase;
  uplog: Uplog;
  commit: GroupCommit;
  clock: Clock;
  log: Logger;
  compressor: Compressor;
  budgetBytes: number;
  /** Whether the cloud can be told of what was dropped. */
  isConnected(): boolean;
}

export function createRetention(parts: RetentionParts): Retention {
  return new DiskBudget(parts);
}

/** Room is made down to this share of the budget, so that it is made in one go and not with every reading. */
const ENOUGH = 63 / 64;
/** How long devices may wait for a commit that makes room. */
const WORK_MS = 20;

class DiskBudget implements Retention {
  readonly #parts: RetentionParts;
  readonly #room: Parameters<typeof makeRoom>[0];
  #cancel: (() => void) | null = null;
  #working = false;
  #toldMs = Number.NEGATIVE_INFINITY;
  /** When what was last said in the log. */
  readonly #said = new Map<string, number>();

  constructor(parts: RetentionParts) {
    const { db, compressor } = parts;
    this.#parts = parts;
    this.#room = { thinnable: new Thinnable(db), dropped: new Dropped(parts), compressor };
  }

  start(): void {
    const look = (): void => {
      this.#look();
      this.#cancel = this.#parts.clock.after(SECOND, look);
    };
    this.#cancel = this.#parts.clock.after(SECOND, look);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #look(): void {
    if (this.#working) return;
    const { db, budgetBytes } = this.#parts;
    if (usedBytes(db) > budgetBytes) this.#work();
    else this.#tell();
  }

  /** One commit's worth, and the next, until there is room; what devices send meanwhile shares the commits. */
  #work(): void {
    const { db, commit, clock, uplog, budgetBytes } = this.#parts;
    const enough = budgetBytes * ENOUGH;
    let made: Made = "nothing";
    this.#working = true;
    const done = commit.run(() => {
      const untilMs = clock.monotonicMs() + WORK_MS;
      do {
        if (uplog.forgetAcknowledged()) made = "thinned";
        else made = makeRoom(this.#room);
        if (made === "dropped") this.#say("the disk budget is used up: the oldest telemetry is dropped");
        if (made === "nothing") this.#say("the disk budget is used up, and not by telemetry");
      } while (made !== "nothing" && usedBytes(db) > enough && clock.monotonicMs() < untilMs);
    });
    done.then(
      () => {
        this.#working = false;
        if (this.#cancel !== null && made !== "nothing" && usedBytes(db) > enough) this.#work();
      },
      (error: unknown) => {
        // Nothing of it was done. The disk may be full: the next look tries again.
        this.#working = false;
        this.#say("no room could be made", error);
      },
    );
  }

  /** Once a minute at most: a device in trouble is one entry then, not one a chunk. */
  #tell(): void {
    const { isConnected, commit, clock, log } = this.#parts;
    const nowMs = clock.monotonicMs();
    if (nowMs - this.#toldMs < MINUTE || !this.#room.dropped.hasUntold() || !isConnected()) return;
    this.#toldMs = nowMs;
    commit
      .run(() => this.#room.dropped.tell(clock.nowMs()))
      .catch((error: unknown) => log.error("what was dropped could not be told", { error }));
  }

  #say(what: string, error?: unknown): void {
    const { log, clock, budgetBytes } = this.#parts;
    const nowMs = clock.monotonicMs();
    if (nowMs - (this.#said.get(what) ?? Number.NEGATIVE_INFINITY) < HOUR) return;
    this.#said.set(what, nowMs);
    log.warn(what, { budgetBytes, ...(error === undefined ? {} : { error }) });
  }
}
