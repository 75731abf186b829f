import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../protocol/clock.ts";
import { accept, type Result } from "../../protocol/errors.ts";
import type { Entries } from "../../protocol/frames/entries.ts";
import { type Seq, UPLOG_STREAMS, type UplogStream } from "../../protocol/log/cursor.ts";
import { PacedWindow } from "../../protocol/log/paced-window.ts";
import { StreamSender, WINDOW_BYTES } from "../../protocol/log/sender.ts";
import { SECOND } from "../../protocol/units.ts";
import type { GroupCommit } from "../telemetry/group-commit.ts";
import type { Uplog } from "../uplog/uplog.ts";

export interface LanesParts {
  uplog: Uplog;
  commit: GroupCommit;
  clock: Clock;
  log: Logger;
  send: (frame: Entries) => void;
}

/**
 * How long an acknowledgement may wait to be written down. Each is a commit, and with one a frame a slow disk would
 * keep the devices' readings waiting during a backlog. Losing it is harmless: the next welcome says it again.
 */
const NOTE_ACKED_AFTER_MS = SECOND;

/**
 * Entries of telemetry that are marked as offered ahead of those that leave: a mark is a commit, and until the cloud
 * has them they cannot be thinned.
 */
const OFFER_AHEAD = 1_000;

/** The sending half of one session: both lanes of the uplog, the urgent one always first. */
export class Lanes {
  readonly #parts: LanesParts;
  readonly #senders: Record<UplogStream, StreamSender>;
  readonly #epoch: string;
  #cancelNote: (() => void) | null = null;
  #isOver = false;
  /** Whether a window was full when it was last looked for more to send. */
  #isFull = false;
  /** Whether this session has marked more telemetry as offered than those before it. */
  #offered = false;

  /** `cursors`: what the cloud has applied, by its welcome. */
  constructor(parts: LanesParts, cursors: Record<UplogStream, Seq>) {
    this.#parts = parts;
    this.#epoch = parts.uplog.epoch;
    this.#senders = {
      urgent: new StreamSender({ stream: "urgent", cursor: cursors.urgent }),
      bulk: new StreamSender({
        stream: "bulk",
        cursor: cursors.bulk,
        pace: new PacedWindow(parts.clock, WINDOW_BYTES),
      }),
    };
  }

  /** Sends what the windows have room for. */
  pump(): void {
    this.#isFull = false;
    // After every frame of telemetry the urgent lane is asked again.
    do {
      while (this.#sendOne("urgent"));
    } while (this.#sendOne("bulk"));
  }

  /** The cloud has applied a lane up to `seq`: there is room for more. */
  acknowledged(stream: UplogStream, seq: Seq): Result<void> {
    const taken = this.#senders[stream].acknowledged(seq);
    if (!taken.ok) return taken;
    this.#cancelNote ??= this.#parts.clock.after(NOTE_ACKED_AFTER_MS, () => this.#noteSoon());
    if (this.#isFull) this.pump();
    return accept(undefined);
  }

  stop(): void {
    this.#isOver = true;
    this.#noteNow();
    if (this.#offered) this.#takeBackOffer();
  }

  /** What was marked and has not left may be thinned. Beyond it no earlier session can have sent anything either. */
  #takeBackOffer(): void {
    const { uplog, log } = this.#parts;
    try {
      if (uplog.epoch === this.#epoch) uplog.offer(this.#senders.bulk.sentTo);
    } catch (error) {
      // Safe to go on: a thousand chunks more are kept as they are until the cloud has them.
      log.warn("could not take back what was to be sent", { error });
    }
  }

  /** Whether there may be more to send. */
  #sendOne(stream: UplogStream): boolean {
    const { uplog, send } = this.#parts;
    const sender = this.#senders[stream];
    const want = sender.next();
    if (want === null) {
      this.#isFull = true;
      return false;
    }
    const entries = uplog.read(stream, want.after, want.maxBytes);
    const last = entries.at(-1)?.seq;
    if (last === undefined) return false;
    if (stream === "bulk" && last > uplog.offered()) {
      uplog.offer(last + OFFER_AHEAD);
      this.#offered = true;
    }
    const head = uplog.head(stream);
    const frame = sender.sent(entries, head);
    if (frame === null) return false;
    send(frame);
    return last < head;
  }

  /** With the next commit that somebody makes anyway; nobody waits for the disk because of it. */
  #noteSoon(): void {
    this.#cancelNote = null;
    const { commit, log } = this.#parts;
    // What is said at the end is newer.
    const noted = commit.run(() => this.#isOver || this.#note());
    noted.catch((error: unknown) => log.warn("could not note what the cloud has applied", { error }));
  }

  #note(): void {
    const { uplog } = this.#parts;
    // A command may have given the log another identity since, under which nothing is acknowledged.
    if (uplog.epoch !== this.#epoch) return;
    for (const stream of UPLOG_STREAMS) {
      const { acked } = this.#senders[stream];
      if (acked !== uplog.acked(stream)) uplog.acknowledged(stream, acked);
    }
  }

  /** Before another session begins, whose cloud may name an older cursor. */
  #noteNow(): void {
    this.#cancelNote?.();
    this.#cancelNote = null;
    try {
      this.#note();
    } catch (error) {
      // Safe to go on: the entries are only kept longer than they need to be.
      this.#parts.log.warn("could not note what the cloud has applied", { error });
    }
  }
}
