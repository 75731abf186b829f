import type { Compressor } from "../../protocol/chunks/chunk.ts";
import { accept, ERRORS, type Refusal, type Result, refuse } from "../../protocol/errors.ts";
import type { Entries } from "../../protocol/frames/entries.ts";
import { encodeFrame, FRAME_MAX_BYTES, type Frame } from "../../protocol/frames/frame.ts";
import { packFrame } from "../../protocol/frames/packed.ts";
import type { Seq, UplogStream } from "../../protocol/log/cursor.ts";
import { MIB } from "../../protocol/units.ts";
import { type Admission, MODEST_BYTES } from "./admission.ts";
import { CLOSE_POLICY, CLOSE_TRY_LATER, type Connection } from "./connection.ts";
import type { DownAckNote } from "./down-ack-note.ts";
import type { DownSender } from "./down-sender.ts";
import type { Flushes } from "./flushes.ts";
import type { GatewayClock } from "./gateway-clock.ts";
import type { Greeting } from "./greeting.ts";

/**
 * One connection of one gateway, from the challenge to its end.
 *
 *     challenged ──hello──▶ greeting ──welcome──▶ open
 *          └────────────────────┴──────────────────┴──▶ closed   refused, superseded, or the line was lost
 */
export type SessionState = "challenged" | "greeting" | "open" | "closed";

/** What an open session has besides: who it is with, and what is under way. */
export interface OpenSession {
  greeting: Greeting;
  down: DownSender;
  flushes: Flushes;
  /** How far each lane is applied, as far as this session knows. */
  applied: Record<UplogStream, Seq>;
  /** Newest seq of each lane that the gateway has told of. */
  heads: Record<UplogStream, Seq>;
  /** How far the gateway has applied its downlog. */
  downAck: DownAckNote;
  clock: GatewayClock;
}

/**
 * What a gateway may have sent that is not applied yet. Its own window (`protocol/log/sender.ts`) keeps it far below;
 * who goes beyond is refused, because a WebSocket cannot be told to stop reading.
 */
export const WAITING_MAX_BYTES = FRAME_MAX_BYTES;
/** What may wait to be sent to a gateway that does not read. */
export const UNSENT_MAX_BYTES = 2 * MIB;

export class Session {
  readonly connection: Connection;
  readonly nonce: string;
  state: SessionState = "challenged";
  /** Set while `state` is open, and kept after. */
  opened: OpenSession | null = null;
  /** With what entries are packed; null while the gateway has not said that it reads them so. */
  compressor: Compressor | null = null;
  /** By the monotonic clock: when the connection began, and when it last said something. */
  readonly sinceMs: number;
  heardMs: number;
  readonly #admission: Admission;
  readonly #onEnd: (session: Session) => void;
  readonly #waiting: Record<UplogStream, { frame: Entries; bytes: number }[]> = { urgent: [], bulk: [] };
  #waitingBytes = 0;

  /** `onEnd` is called once, when the session has ended, whoever ended it. */
  constructor(
    connection: Connection,
    nonce: string,
    nowMs: number,
    admission: Admission,
    onEnd: (session: Session) => void,
  ) {
    this.connection = connection;
    this.nonce = nonce;
    this.sinceMs = nowMs;
    this.heardMs = nowMs;
    this.#admission = admission;
    this.#onEnd = onEnd;
  }

  /** For log lines: the gateway's id once it has proved it. */
  get gatewayId(): string | undefined {
    return this.opened?.greeting.gateway.id;
  }

  begin(opened: OpenSession): void {
    this.opened = opened;
    this.state = "open";
  }

  send(frame: Exclude<Frame, { type: "ignorable" }>): void {
    if (this.state === "closed") return;
    if (this.connection.bufferedAmount() > UNSENT_MAX_BYTES) this.close(CLOSE_TRY_LATER, "not reading");
    else {
      const bytes = encodeFrame(frame);
      const packs = frame.type === "entries" && this.compressor !== null;
      this.connection.send(packs ? packFrame(bytes, this.compressor!) : bytes);
    }
  }

  /** The last word: why, and what to do about it. */
  refuse({ code, detail }: Refusal, retryAfterMs?: number): void {
    const { hint, retryable } = ERRORS[code];
    const later = retryAfterMs === undefined ? {} : { retryAfterMs };
    this.send({ type: "refuse", code, detail: detail.slice(0, 1_000), hint, ...later });
    this.close(retryable ? CLOSE_TRY_LATER : CLOSE_POLICY, code);
  }

  close(code: number, reason: string): void {
    if (this.state === "closed") return;
    this.ended();
    this.connection.close(code, reason);
  }

  /** The line is gone. What it had brought and nobody applied is forgotten: the gateway sends it again. */
  ended(): void {
    if (this.state === "closed") return;
    this.state = "closed";
    this.opened?.down.stop();
    this.opened?.flushes.stop();
    this.#waiting.urgent = [];
    this.#waiting.bulk = [];
    this.#admission.release(this.#waitingBytes);
    this.#waitingBytes = 0;
    this.#onEnd(this);
  }

  /** Puts a frame of `bytes` in its lane's line, or refuses it with `gateway.overrun` or `cloud.busy`. */
  enqueue(stream: UplogStream, frame: Entries, bytes: number): Result<void> {
    if (this.#waitingBytes + bytes > WAITING_MAX_BYTES) {
      return refuse("gateway.overrun", `${this.#waitingBytes + bytes} bytes wait to be applied`);
    }
    if (!this.#admission.take(this.#waitingBytes, bytes)) {
      return refuse("cloud.busy", "too much waits to be applied, of all gateways together");
    }
    this.#waiting[stream].push({ frame, bytes });
    this.#waitingBytes += bytes;
    return accept(undefined);
  }

  /** Takes the next frames of a lane, about `maxBytes` of them, at least one when any waits. */
  take(stream: UplogStream, maxBytes: number): { frames: Entries[]; bytes: number } {
    const line = this.#waiting[stream];
    let bytes = 0;
    let count = 0;
    while (count < line.length && (count === 0 || bytes + line[count]!.bytes <= maxBytes)) {
      bytes += line[count]!.bytes;
      count += 1;
    }
    this.#waitingBytes -= bytes;
    this.#admission.release(bytes);
    return { frames: line.splice(0, count).map(({ frame }) => frame), bytes };
  }

  /** Has little waiting: not one that catches up. */
  get isModest(): boolean {
    return this.#waitingBytes <= MODEST_BYTES;
  }

  isWaiting(stream: UplogStream): boolean {
    return this.#waiting[stream].length > 0;
  }
}
