import type { Clock } from "../../protocol/clock.ts";
import { SECOND } from "../../protocol/units.ts";

export interface RunClockParts {
  clock: Clock;
  /** How fast the devices' days, and the scenario, pass: 60 makes an hour of theirs last a minute. Absent means 1. */
  speed?: number;
  /** When the run began, ms since 1970, of one that is started again. Absent: it begins now. */
  startedMs?: number;
  /** What time it is for the devices at the run's begin, ms since 1970. Absent: what it is. */
  beginMs?: number;
}

/** A wall clock that parts from the one that only grows by more was set. */
const SET_MS = 1 * SECOND;

/**
 * How far a run has got, in ms since its begin: the time by which devices measure and faults begin and end. It passes with the clock that
 * only grows, so that a wall clock that is set moves nothing; but a run that began at a time of the wall clock, because it outlives the
 * program, goes on to where that clock is set. Back it never goes.
 */
export class RunClock {
  readonly #clock: Clock;
  readonly #parts: RunClockParts;
  readonly speed: number;
  /** How far it was, and when by the clock that only grows. */
  #fromMs: number;
  #sinceMs: number;
  /** What the wall clock showed at the run's begin, or would have. */
  #wallMs: number;

  constructor(parts: RunClockParts) {
    this.#parts = parts;
    this.#clock = parts.clock;
    this.speed = parts.speed ?? 1;
    const wallMs = this.#clock.nowMs();
    this.#fromMs = Math.max(0, wallMs - (parts.startedMs ?? wallMs));
    this.#sinceMs = this.#clock.monotonicMs();
    this.#wallMs = wallMs - this.#fromMs;
  }

  nowMs(): number {
    return this.#fromMs + this.#clock.monotonicMs() - this.#sinceMs;
  }

  /** When a time of the run is by the wall clock, ms since 1970. */
  wallMs(atMs: number): number {
    return this.#wallMs + atMs;
  }

  /** What time it is for the devices then. */
  modelMs(atMs: number): number {
    return (this.#parts.beginMs ?? this.#wallMs) + atMs * this.speed;
  }

  /** How far the scenario is then, ms. */
  scenarioMs(atMs: number): number {
    return atMs * this.speed;
  }

  /** How far it was when the wall clock showed this. */
  scenarioMsAt(wallMs: number): number {
    return this.scenarioMs(wallMs - this.#wallMs);
  }

  /** Looks whether the wall clock was set. */
  follow(): void {
    const wallMs = this.#clock.nowMs();
    if (Math.abs(wallMs - this.wallMs(this.nowMs())) <= SET_MS) return;
    if (this.#parts.startedMs !== undefined) {
      this.#fromMs = Math.max(this.nowMs(), wallMs - this.#parts.startedMs);
      this.#sinceMs = this.#clock.monotonicMs();
    }
    this.#wallMs = Math.round(wallMs - this.nowMs());
  }

  /** Calls `run` at a time of the run, or at once when it is past. */
  at(atMs: number, run: () => void): () => void {
    return this.#clock.after(Math.max(0, atMs - this.nowMs()), run);
  }
}
