import type { Clock } from "../../protocol/clock.ts";

/** Clients remembered; beyond it the one not heard of for longest is forgotten. Bounds the memory. */
const CLIENTS_MAX = 10_000;

/** `quota` requests at once; what is used comes back evenly, all of it within `windowMs`. */
export interface RatePolicy {
  quota: number;
  windowMs: number;
}

/** What became of a request. */
export interface Taken {
  ok: boolean;
  /** Requests that could be sent at once after this one. */
  remaining: number;
  /** Until the whole quota is there again. */
  fullInMs: number;
  /** Until one is let through again; 0 when this one was. */
  waitMs: number;
}

/**
 * Counts requests of many clients by the generic cell rate algorithm: of each client only the time is kept at which its
 * quota will be whole again, and there is no moment at which everybody has theirs back at once.
 */
export class Rates {
  readonly #policy: RatePolicy;
  readonly #clock: Pick<Clock, "monotonicMs">;
  /** The client used last is the last one. */
  readonly #fullAtMs = new Map<string, number>();

  constructor(policy: RatePolicy, clock: Pick<Clock, "monotonicMs">) {
    this.#policy = policy;
    this.#clock = clock;
  }

  take(client: string): Taken {
    const { quota, windowMs } = this.#policy;
    const costMs = windowMs / quota;
    const nowMs = this.#clock.monotonicMs();
    const beforeMs = Math.max(this.#fullAtMs.get(client) ?? 0, nowMs) - nowMs;
    // Thirds of a millisecond add up to no whole one; a quota of 3 must let the third through.
    const waitMs = Math.max(0, beforeMs + costMs - windowMs - ROUNDING_MS);
    const ok = waitMs === 0;
    const fullInMs = ok ? beforeMs + costMs : beforeMs;
    if (ok) this.#remember(client, nowMs + fullInMs);
    const remaining = Math.max(0, Math.floor((windowMs - fullInMs + ROUNDING_MS) / costMs));
    return { ok, remaining, fullInMs, waitMs };
  }

  #remember(client: string, fullAtMs: number): void {
    this.#fullAtMs.delete(client);
    this.#fullAtMs.set(client, fullAtMs);
    if (this.#fullAtMs.size <= CLIENTS_MAX) return;
    const [oldest] = this.#fullAtMs.keys();
    if (oldest !== undefined) this.#fullAtMs.delete(oldest);
  }
}

const ROUNDING_MS = 1e-6;
