import { accept, type Result, refuse } from "../errors.ts";
import type { Entries } from "../frames/entries.ts";
import { KIB } from "../units.ts";
import type { Seq, Stream } from "./cursor.ts";
import { type Entry, entrySize } from "./entry.ts";
import type { Departure, PacedWindow } from "./paced-window.ts";

/**
 * The sending end of one stream during one session: what may be read from the log next, and what is on its way.
 * Pure bookkeeping without I/O; both sides drive it, the edge with synchronous reads, the cloud with asynchronous
 * ones. It is made anew for every session from the cursor the other side names, which is the whole of resuming.
 *
 *     next() → read the log after that seq → sent(entries) → put the frame on the line
 *     acknowledged(seq) → room in the window → next()
 */
export class StreamSender {
  readonly stream: Stream;
  readonly #windowBytes: number;
  readonly #batchBytes: number;
  #acked: Seq;
  #sent: Seq;
  readonly #pace: PacedWindow | null;
  #inFlight: { seq: Seq; bytes: number; departure: Departure | null }[] = [];
  #inFlightBytes = 0;

  /**
   * `cursor`: last seq the receiver has applied. `windowBytes` bounds what is sent and not acknowledged, and `pace`
   * keeps it below that on a slow line.
   */
  constructor(options: {
    stream: Stream;
    cursor: Seq;
    windowBytes?: number;
    batchBytes?: number;
    pace?: PacedWindow;
  }) {
    this.stream = options.stream;
    this.#acked = options.cursor;
    this.#sent = options.cursor;
    this.#windowBytes = options.windowBytes ?? WINDOW_BYTES;
    this.#batchBytes = options.batchBytes ?? BATCH_BYTES;
    this.#pace = options.pace ?? null;
  }

  /** Last seq the receiver has applied. */
  get acked(): Seq {
    return this.#acked;
  }

  /** Last seq that was put on the line. */
  get sentTo(): Seq {
    return this.#sent;
  }

  /** What to read from the log for the next frame, or null while the window is full. */
  next(): { after: Seq; maxBytes: number } | null {
    const windowBytes = Math.min(this.#windowBytes, this.#pace?.bytes ?? Number.POSITIVE_INFINITY);
    const room = windowBytes - this.#inFlightBytes;
    return room <= 0 ? null : { after: this.#sent, maxBytes: Math.min(room, this.#batchBytes) };
  }

  /** Takes what was read, in order, and returns the frame to put on the line; null when nothing was read. */
  sent(entries: Entry[], head: Seq): Entries | null {
    const last = entries.at(-1);
    if (last === undefined) return null;
    const after = this.#sent;
    const bytes = entries.reduce((sum, entry) => sum + entrySize(entry), 0);
    this.#inFlightBytes += bytes;
    const departure = this.#pace?.left(this.#inFlightBytes) ?? null;
    this.#inFlight.push({ seq: last.seq, bytes, departure });
    this.#sent = last.seq;
    return { stream: this.stream, after, head, entries };
  }

  /** The receiver has applied up to `seq`. Refuses what was never sent and what goes backward (`frame.invalid`). */
  acknowledged(seq: Seq): Result<Seq> {
    if (seq > this.#sent || seq < this.#acked) {
      return refuse(
        "frame.invalid",
        `${this.stream}: acknowledged ${seq}, sent ${this.#sent}, before ${this.#acked}`,
      );
    }
    this.#acked = seq;
    for (let first = this.#inFlight[0]; first !== undefined && first.seq <= seq; first = this.#inFlight[0]) {
      this.#inFlightBytes -= first.bytes;
      this.#inFlight.shift();
      if (first.departure !== null) this.#pace?.arrived(first.departure, first.bytes);
    }
    return accept(seq);
  }
}

/** Enough to fill a line of 20 Mbit/s at 100 ms round trip; small enough to lose nothing worth speaking of. */
export const WINDOW_BYTES = 256 * KIB;
/** A frame's worth: long enough to make a transaction pay, short enough to let another stream in between. */
export const BATCH_BYTES = 64 * KIB;
