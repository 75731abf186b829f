import { KIB, MIB } from "../../../protocol/units.ts";

/** A chunk of bytes up to this size is worked off when it comes: what an honest device sends at once is smaller. */
const SMALL_BYTES = 4 * KIB;
/** Larger ones are too, while all of a turn together are no more than this. */
const TURN_BYTES = 256 * KIB;
/** What a session works off before the next one has its turn. */
export const SLICE_BYTES = 16 * KIB;
/** How long sessions are worked off before the event loop goes round, ms: what the others wait at most. */
const TURN_MS = 4;
/** Messages on their way to subscribers, of all sessions: routing one costs many times what taking it in does. */
const ROUTING_MAX = 128;
/** What may wait in all; then the session that has most waiting is ended. */
const WAITING_MAX_BYTES = 32 * MIB;

/** A session with bytes that wait. */
export interface Turn {
  readonly waitingBytes: number;
  /** Works off about {@link SLICE_BYTES}. */
  workOff(): void;
  flooded(): void;
}

/**
 * Who is worked off when, so that nobody waits for those who send without measure: small amounts at once, large ones by
 * slices, in turns, for a few ms of each round of the event loop.
 */
export class Turns {
  readonly #queue = new Set<Turn>();
  readonly #monotonicMs: () => number;
  #turnBytes = 0;
  #waitingBytes = 0;
  #routing = 0;
  #scheduled = false;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  /** May so many bytes that just came be worked off now? `routes`: whether the session's messages go to subscribers. */
  mayGo(bytes: number, routes: boolean): boolean {
    if (routes && this.#routing >= ROUTING_MAX) return false;
    if (bytes <= SMALL_BYTES) return true;
    this.#turnBytes += bytes;
    this.#schedule();
    return this.#turnBytes <= TURN_BYTES;
  }

  /** So many bytes more of this session wait. */
  wait(turn: Turn, bytes: number): void {
    this.#waitingBytes += bytes;
    this.#queue.add(turn);
    this.#schedule();
    if (this.#waitingBytes <= WAITING_MAX_BYTES) return;
    let most = turn;
    for (const other of this.#queue) if (other.waitingBytes > most.waitingBytes) most = other;
    most.flooded();
  }

  /** So many bytes do not wait any more. */
  done(turn: Turn, bytes: number): void {
    this.#waitingBytes -= bytes;
    if (turn.waitingBytes === 0) this.#queue.delete(turn);
  }

  /** A message is on its way to subscribers. Gives the function to call when it is there. */
  route(): () => void {
    this.#routing += 1;
    return () => {
      this.#routing -= 1;
      if (this.#routing === ROUTING_MAX / 2 && this.#queue.size > 0) this.#schedule();
    };
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#round());
  }

  #round(): void {
    this.#scheduled = false;
    this.#turnBytes = 0;
    const endMs = this.#monotonicMs() + TURN_MS;
    for (const turn of this.#queue) {
      // Who waits for routed messages goes on when half of them are there.
      if (this.#routing >= ROUTING_MAX) return;
      // To the end of the queue, for when it has more.
      this.#queue.delete(turn);
      if (turn.waitingBytes > 0) this.#queue.add(turn);
      turn.workOff();
      if (this.#monotonicMs() >= endMs) break;
    }
    if (this.#queue.size > 0) this.#schedule();
  }
}
