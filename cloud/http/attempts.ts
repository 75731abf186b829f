import type { Clock } from "../../protocol/clock.ts";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import { MINUTE, SECOND } from "../../protocol/units.ts";

/** At most this many failed attempts of one client within {@link ATTEMPTS_WINDOW_MS}. */
export const ATTEMPTS_MAX = 10;
export const ATTEMPTS_WINDOW_MS = 10 * MINUTE;
/** Clients remembered; beyond it the one whose window began first is forgotten. Bounds the memory. */
const CLIENTS_MAX = 10_000;

/**
 * Bounds guessing: a client whose attempts keep failing is refused for a while. An attempt counts when it begins,
 * so that many at the same moment do not all get through, and is given back when it succeeds.
 */
export class Attempts {
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #max: number;
  readonly #clients = new Map<string, { count: number; sinceMs: number }>();

  constructor(clock: Pick<Clock, "monotonicMs">, max = ATTEMPTS_MAX) {
    this.#clock = clock;
    this.#max = max;
  }

  /** Counts one attempt of `client`, or refuses it with `auth.too-many`. */
  begin(client: string): Result<void> {
    const nowMs = this.#clock.monotonicMs();
    const known = this.#clients.get(client);
    if (known === undefined || nowMs - known.sinceMs >= ATTEMPTS_WINDOW_MS) {
      this.#remember(client, nowMs);
      return accept(undefined);
    }
    if (known.count >= this.#max) {
      const seconds = Math.ceil((known.sinceMs + ATTEMPTS_WINDOW_MS - nowMs) / SECOND);
      return refuse("auth.too-many", `${this.#max} attempts failed; try again in ${seconds} s`);
    }
    known.count += 1;
    return accept(undefined);
  }

  /** The attempt was a good one: it is not held against the client. */
  succeeded(client: string): void {
    const known = this.#clients.get(client);
    if (known !== undefined) known.count -= 1;
  }

  #remember(client: string, nowMs: number): void {
    this.#clients.delete(client);
    this.#clients.set(client, { count: 1, sinceMs: nowMs });
    if (this.#clients.size <= CLIENTS_MAX) return;
    const [oldest] = this.#clients.keys();
    if (oldest !== undefined) this.#clients.delete(oldest);
  }
}
