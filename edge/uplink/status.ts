import type { Clock } from "../../protocol/clock.ts";
import { assertNever } from "../../protocol/errors.ts";
import { SKEW_SAME_MS } from "../../protocol/gateways/clock-skew.ts";
import type { Obstacle } from "./obstacle.ts";
import type { SessionState } from "./session-machine.ts";

/** How the line to the cloud is, in an installer's words. */
export interface UplinkStatus {
  /**
   * `refused`: somebody has to do something before it can be `connected`; it is tried again all the same.
   * `connecting`: it mends itself.
   */
  state: "stopped" | "unenrolled" | "connecting" | "connected" | "refused";
  /** Since when, ms since 1970. */
  sinceMs: number;
  /** What stands in the way; absent when nothing does, and while the first attempt is under way. */
  reason?: Obstacle;
  /** By how much our clock is ahead of the cloud's, ms; negative: behind. Absent until it was measured. */
  clockSkewMs?: number;
}

/** Where the status comes from. */
export interface StatusSource {
  status(): UplinkStatus;
  /** Calls `listener` when state or reason have changed. Returns how to stop that. */
  onStatus(listener: () => void): () => void;
}

/** Keeps the status up to date and tells who wants to know. */
export class StatusBoard {
  readonly #clock: Clock;
  readonly #listeners = new Set<() => void>();
  #state: UplinkStatus["state"] = "stopped";
  #sinceMs: number;
  #reason: Obstacle | null = null;
  #clockSkewMs: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#sinceMs = clock.nowMs();
  }

  post(session: SessionState, obstacle: Obstacle | null): void {
    const state = shown(session, obstacle);
    if (
      state === this.#state &&
      obstacle?.code === this.#reason?.code &&
      obstacle?.detail === this.#reason?.detail
    )
      return;
    if (state !== this.#state) this.#sinceMs = this.#clock.nowMs();
    this.#state = state;
    this.#reason = obstacle;
    for (const listener of this.#listeners) listener();
  }

  measured(clockSkewMs: number): void {
    const before = this.#clockSkewMs;
    this.#clockSkewMs = clockSkewMs;
    // The first is known with the welcome, and told with what becomes of that.
    if (before === null || Math.abs(before - clockSkewMs) <= SKEW_SAME_MS) return;
    for (const listener of this.#listeners) listener();
  }

  read(): UplinkStatus {
    return {
      state: this.#state,
      sinceMs: this.#sinceMs,
      ...(this.#reason === null ? {} : { reason: this.#reason }),
      ...(this.#clockSkewMs === null ? {} : { clockSkewMs: this.#clockSkewMs }),
    };
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

function shown(session: SessionState, obstacle: Obstacle | null): UplinkStatus["state"] {
  switch (session) {
    case "stopped":
    case "unenrolled":
      return session;
    case "open":
      return "connected";
    case "waiting":
    case "dialling":
    case "greeting":
    case "proving":
      return obstacle?.needsSomebody ? "refused" : "connecting";
    default:
      return assertNever(session);
  }
}
