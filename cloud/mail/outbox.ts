import type { Logger } from "@logtape/logtape";
import { type BackoffPolicy, backoffDelayMs } from "../../protocol/backoff.ts";
import type { Clock } from "../../protocol/clock.ts";
import type { Random } from "../../protocol/random.ts";
import { MINUTE, SECOND } from "../../protocol/units.ts";
import { Attempts } from "../http/attempts.ts";
import { faultOf } from "./fault.ts";
import type { Letter, Mailer } from "./smtp.ts";

/**
 * Seven attempts over ten to twenty minutes: long enough for a server that first turns strangers away (greylisting,
 * usually five minutes), well within the hour for which a link is good.
 */
export const MAIL_BACKOFF: BackoffPolicy = { firstMs: 20 * SECOND, maxMs: 10 * MINUTE };
export const MAIL_ATTEMPTS = 7;
/** Letters to one address within ten minutes: who asks for more does not want to read them. */
export const LETTERS_MAX = 5;
/** Letters that wait at most, so that a dead mail server costs no memory. */
export const OUTBOX_MAX = 1_000;
/** Connections to the mail server at once. */
const LINES_MAX = 4;
/** How long a stop waits for letters under way. */
const STOP_MS = 5 * SECOND;

export interface OutboxParts {
  mailer: Mailer;
  clock: Clock;
  random: Random;
  log: Logger;
}

interface Posted {
  letter: Letter;
  /** Attempts that failed. */
  failed: number;
}

/** Letters on their way to the mail server, in memory. */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #perAddress: Attempts;
  readonly #due: Posted[] = [];
  /** Letters that wait for their next attempt, with what cancels it. */
  readonly #waiting = new Map<Posted, () => void>();
  readonly #underWay = new Set<Promise<void>>();
  #isStopped = false;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    this.#perAddress = new Attempts(parts.clock, LETTERS_MAX);
  }

  /** Returns at once; never throws. */
  post(letter: Letter): void {
    const { log } = this.#parts;
    const about = { to: letter.to, subject: letter.subject };
    if (!this.#perAddress.begin(letter.to).ok) {
      log.warn("too many letters to one address within ten minutes; this one is not sent", about);
    } else if (this.#isStopped || this.#due.length + this.#waiting.size >= OUTBOX_MAX) {
      log.error("a letter is not sent: the outbox is closed or full; it has to be asked for again", about);
    } else {
      this.#due.push({ letter, failed: 0 });
      this.#sendNext();
    }
  }

  /** Waits for letters under way, at most {@link STOP_MS}; what is left is dropped and logged. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const cancel of this.#waiting.values()) cancel();
    const left = [...this.#waiting.keys(), ...this.#due.splice(0)];
    this.#waiting.clear();
    for (const { letter } of left) this.#tellLost(letter);
    const late = Promise.withResolvers<void>();
    const cancel = this.#parts.clock.after(STOP_MS, late.resolve);
    await Promise.race([Promise.allSettled(this.#underWay), late.promise]);
    cancel();
  }

  #sendNext(): void {
    while (this.#underWay.size < LINES_MAX) {
      const posted = this.#due.shift();
      if (posted === undefined) return;
      const sent = this.#send(posted).finally(() => {
        this.#underWay.delete(sent);
        this.#sendNext();
      });
      this.#underWay.add(sent);
    }
  }

  async #send(posted: Posted): Promise<void> {
    const { mailer, log } = this.#parts;
    const { letter } = posted;
    try {
      await mailer.send(letter);
      log.info("a letter was handed to the mail server", { to: letter.to, subject: letter.subject });
    } catch (error) {
      this.#failed(posted, error);
    }
  }

  #failed(posted: Posted, error: unknown): void {
    const { clock, random, log } = this.#parts;
    const { letter } = posted;
    const { reason, hint, retryable } = faultOf(error);
    const about = { to: letter.to, subject: letter.subject, reason, hint };
    posted.failed += 1;
    if (!retryable || posted.failed >= MAIL_ATTEMPTS) {
      log.error("a letter could not be sent and was given up; it has to be asked for again", {
        ...about,
        attempts: posted.failed,
      });
    } else if (this.#isStopped) {
      this.#tellLost(letter);
    } else {
      const delayMs = backoffDelayMs(MAIL_BACKOFF, posted.failed - 1, random);
      const again = (): void => {
        this.#waiting.delete(posted);
        this.#due.push(posted);
        this.#sendNext();
      };
      this.#waiting.set(posted, clock.after(delayMs, again));
      log.warn("a letter could not be sent; it is tried again", {
        ...about,
        inSeconds: Math.round(delayMs / SECOND),
      });
    }
  }

  #tellLost(letter: Letter): void {
    this.#parts.log.error("the service stops before a letter was sent; it has to be asked for again", {
      to: letter.to,
      subject: letter.subject,
    });
  }
}
