import type { Logger } from "@logtape/logtape";
import { backoffDelayMs, RECONNECT_BACKOFF } from "../../protocol/backoff.ts";
import type { Clock } from "../../protocol/clock.ts";
import type { Random } from "../../protocol/random.ts";
import { MINUTE } from "../../protocol/units.ts";
import type { Obstacle } from "./obstacle.ts";

/** A session that ended by a fault or a refusal sooner than this counts as another failed attempt. */
const STEADY_AFTER_MS = MINUTE;
/** The attempt whose delay is the longest there is. */
const LAST_ATTEMPT = 30;

/** When to try again: soon after a session that worked, ever later after attempts that did not. */
export class Retries {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #log: Logger;
  readonly #due: () => void;
  #attempt = 0;
  #beganMs = 0;
  #told = "";
  #cancel: (() => void) | null = null;

  constructor(parts: { clock: Clock; random: Random; log: Logger }, due: () => void) {
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#log = parts.log;
    this.#due = due;
  }

  /** The next failure is the first again. */
  forget(): void {
    this.#attempt = 0;
  }

  sessionBegan(): void {
    this.#beganMs = this.#clock.monotonicMs();
    this.#told = "";
  }

  /** A line that is lost is nobody's fault; a session that fails again and again must not be tried every second. */
  sessionEnded(lineLost: boolean): void {
    if (lineLost || this.#clock.monotonicMs() - this.#beganMs >= STEADY_AFTER_MS) this.#attempt = 0;
  }

  wait(obstacle: Obstacle | null): void {
    const attempt = obstacle?.needsSomebody ? LAST_ATTEMPT : this.#attempt;
    this.#attempt += 1;
    const backoffMs = backoffDelayMs(RECONNECT_BACKOFF, attempt, this.#random);
    const retryInMs = Math.max(backoffMs, obstacle?.retryAfterMs ?? 0);
    const { code = "", detail = "" } = obstacle ?? {};
    // Days without a line are one line in the log, not one a minute.
    const level = this.#told === code ? "debug" : "warn";
    this.#told = code;
    this.#log[level]("not connected to the cloud", { code, detail, retryInMs });
    this.#cancel = this.#clock.after(retryInMs, () => {
      this.#cancel = null;
      this.#due();
    });
  }

  cancel(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
