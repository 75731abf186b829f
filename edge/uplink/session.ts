import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../protocol/clock.ts";
import { accept, assertNever, type Refusal, type Result, refuse } from "../../protocol/errors.ts";
import type { Flush, Welcome } from "../../protocol/frames/control.ts";
import type { Entries } from "../../protocol/frames/entries.ts";
import type { Frame } from "../../protocol/frames/frame.ts";
import { type Seq, UPLOG_STREAMS } from "../../protocol/log/cursor.ts";
import { toEntry } from "../../protocol/log/kinds.ts";
import { LISTED_MAX } from "../../protocol/log/uplog/log-forgotten.ts";
import type { Reading } from "../../protocol/telemetry/reading.ts";
import { KIB } from "../../protocol/units.ts";
import type { ClockSteps } from "../clock-steps/clock-steps.ts";
import type { EdgeDatabase } from "../database/database.ts";
import type { GroupCommit } from "../telemetry/group-commit.ts";
import type { Uplog } from "../uplog/uplog.ts";
import type { Downlog } from "./downlog.ts";
import { Lanes } from "./lanes.ts";
import { LiveStream } from "./live.ts";

/** Seals open readings into chunks of the uplog: `edge/telemetry`. */
export interface Sealer {
  /** Seals what is open of these devices and returns the newest seq of the bulk lane. */
  seal(devices: readonly string[]): Seq;
  /** The device's open readings, as they came. */
  open(device: string): readonly Reading[];
}

/** Says anew what is known of the devices: to a cloud that has lost the entries which said so. */
export interface Announcer {
  devices(): string[];
  /** Appends it to the uplog, within the transaction under way. */
  all(): void;
}

export interface SessionParts {
  uplog: Uplog;
  downlog: Downlog;
  sealer: Sealer;
  announce: Announcer;
  db: EdgeDatabase;
  clock: Clock;
  clockSteps: Pick<ClockSteps, "newest" | "sessionBegins">;
  log: Logger;
  commit: GroupCommit;
  /** The session cannot go on. */
  gaveUp: (why: Refusal | Error) => void;
  send: (frame: Exclude<Frame, { type: "ignorable" }>) => void;
  bufferedAmount: () => number;
}

/**
 * What was applied is acknowledged so often at most, the last of it so much later: that tells the cloud what it may forget and how much more it
 * may send, and a frame of its own for each command was a tenth of what the gateway does for one.
 */
const ACKNOWLEDGE_EVERY_MS = 20;

/** What may wait to be sent before live values, which nobody misses, make way for the rest. */
export const LIVE_BUFFERED_MAX_BYTES = 64 * KIB;

/** The frames of a session once it is open. */
export type TalkFrame = Frame & { type: "entries" | "ack" | "watch" | "flush" };

export function isTalk(frame: Frame): frame is TalkFrame {
  return ["entries", "ack", "watch", "flush"].includes(frame.type);
}

/** An open session: from the cloud's welcome to its end. */
export class OpenSession {
  readonly #parts: SessionParts;
  readonly #lanes: Lanes;
  readonly #live: LiveStream;
  readonly #downlogEpoch: string;
  /** How far the downlog is applied and on the disk. */
  #appliedTo: Seq = 0;
  #ackedMs = Number.NEGATIVE_INFINITY;
  #cancelAck: (() => void) | null = null;
  #isOver = false;

  constructor(parts: SessionParts, welcome: Welcome) {
    const { uplog, commit, clock, log, send, bufferedAmount, sealer } = parts;
    this.#parts = parts;
    this.#downlogEpoch = welcome.downlog.epoch;
    this.#lanes = new Lanes(
      { uplog, commit, clock, log, send: (frame) => send({ type: "entries", ...frame }) },
      welcome.uplog,
    );
    this.#live = new LiveStream({
      clock,
      send: (readings) => send({ type: "live", readings }),
      busy: () => bufferedAmount() > LIVE_BUFFERED_MAX_BYTES,
      open: (device) => sealer.open(device),
    });
  }

  /** Takes the welcome's cursors for true, even older ones than before, and sends what follows them. */
  begin(welcome: Welcome): void {
    const { uplog, downlog, db, clock, clockSteps, log, announce } = this.#parts;
    downlog.adopt(welcome.downlog.epoch);
    db.transaction(() => {
      clockSteps.sessionBegins();
      for (const stream of UPLOG_STREAMS) {
        const lost = uplog.resume(stream, welcome.uplog[stream]);
        if (lost === null) continue;
        log.warn("the cloud came back from a backup, and not all it lacks is held here", { stream, ...lost });
        const devices = announce.devices();
        const all = stream === "urgent" && devices.length <= LISTED_MAX ? { devices } : {};
        uplog.append(toEntry({ kind: "log.forgotten", stream, ...lost, ...all }, clock.nowMs()));
        if (stream === "urgent") announce.all();
      }
    });
    this.tellClock();
    this.pump();
  }

  /** What became of our clock, before anything that it stamped. */
  tellClock(): void {
    this.#parts.send({ type: "clock", steps: this.#parts.clockSteps.newest() });
  }

  /** There may be more to send. */
  pump(): void {
    this.#lanes.pump();
  }

  offer(device: string, readings: readonly Reading[]): void {
    this.#live.offer(device, readings);
  }

  /** A refusal means that the session cannot go on. */
  handle(frame: TalkFrame): Result<void> {
    switch (frame.type) {
      case "entries":
        this.#apply(frame);
        return accept(undefined);
      case "ack":
        if (frame.stream === "down")
          return refuse("frame.invalid", "an acknowledgement of the cloud's own log");
        return this.#lanes.acknowledged(frame.stream, frame.seq);
      case "watch":
        this.#live.watch(frame.devices);
        return accept(undefined);
      case "flush":
        this.#flush(frame);
        return accept(undefined);
      default:
        return assertNever(frame);
    }
  }

  stop(): void {
    this.#isOver = true;
    this.#cancelAck?.();
    this.#lanes.stop();
    this.#live.stop();
  }

  /** With what devices send in the same moment; acknowledged when it is on the disk, or a little later. */
  #apply(frame: Entries): void {
    const { downlog, commit, gaveUp } = this.#parts;
    let applied: Result<Seq> = refuse("log.gap", "not applied");
    const done = commit.run(() => {
      applied = downlog.apply(this.#downlogEpoch, frame);
    });
    done.then(
      () => {
        if (this.#isOver) return;
        if (applied.ok) this.#acknowledge(applied.value);
        else gaveUp(applied.refusal);
      },
      (error: unknown) => {
        if (!this.#isOver) gaveUp(error instanceof Error ? error : new Error(String(error)));
      },
    );
  }

  #acknowledge(seq: Seq): void {
    const { clock, send } = this.#parts;
    this.#appliedTo = seq;
    if (this.#cancelAck !== null) return;
    const acknowledge = (): void => {
      this.#cancelAck = null;
      this.#ackedMs = clock.monotonicMs();
      send({ type: "ack", stream: "down", seq: this.#appliedTo });
    };
    const waitMs = this.#ackedMs + ACKNOWLEDGE_EVERY_MS - clock.monotonicMs();
    if (waitMs > 0) this.#cancelAck = clock.after(waitMs, acknowledge);
    else acknowledge();
  }

  #flush({ id, devices }: Flush): void {
    const { sealer, log, send } = this.#parts;
    let seq: Seq;
    try {
      seq = sealer.seal(devices);
    } catch (error) {
      // Safe to go on: what could not be sealed stays in the journal, and the cloud waits for an answer only briefly.
      log.warn("could not seal the readings the cloud asked for", { error });
      return;
    }
    this.pump();
    send({ type: "flushed", id, seq });
  }
}
