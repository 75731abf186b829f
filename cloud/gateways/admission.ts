import type { Random } from "../../protocol/random.ts";
import { KIB, MIB, SECOND } from "../../protocol/units.ts";

/** What all gateways together may have sent that is not applied yet. */
export const WAITING_TOTAL_MAX_BYTES = 64 * MIB;
/** From here on nobody new is let in: who is in catches up first. */
export const BUSY_BYTES = WAITING_TOTAL_MAX_BYTES / 2;
/** A gateway with so little waiting is not the cause of a crowd, and not made to suffer from it. */
export const MODEST_BYTES = 8 * KIB;
/** When somebody who was not let in may come again: spread, so that a fleet does not return together. */
const RETRY_MIN_MS = 5 * SECOND;
const RETRY_MAX_MS = 30 * SECOND;

/**
 * Bounds the memory that gateways with a backlog take. A gateway's own window keeps it to some hundred KiB; what
 * thousands of them have sent at once is counted here. Past the whole, a session that brings more than a modest part is
 * ended, and goes on later where it stopped; past half of it, new ones are asked to come again.
 */
export class Admission {
  readonly #random: Random;
  #waitingBytes = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Takes `bytes` more of a session that has `own` waiting; false, and nothing is taken, when there is no room. */
  take(own: number, bytes: number): boolean {
    const next = this.#waitingBytes + bytes;
    if (next > WAITING_TOTAL_MAX_BYTES && own + bytes > MODEST_BYTES) return false;
    this.#waitingBytes = next;
    return true;
  }

  release(bytes: number): void {
    this.#waitingBytes -= bytes;
  }

  /** After how many ms a new session may come again; null when it may come in. */
  retryAfterMs(): number | null {
    if (this.#waitingBytes < BUSY_BYTES) return null;
    return Math.round(RETRY_MIN_MS + this.#random.next() * (RETRY_MAX_MS - RETRY_MIN_MS));
  }
}
