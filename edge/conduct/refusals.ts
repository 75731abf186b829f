import { type Conduct, MESSAGES_WATCHED } from "../../protocol/devices/conduct.ts";
import type { Refusal } from "../../protocol/errors.ts";
import { MINUTE } from "../../protocol/units.ts";

/**
 * It is over when nothing was refused for so long, and so many in a row were understood on the topic where the newest was:
 * of measurements, which come all the time; of what is said seldom one is enough.
 */
const UNDERSTOOD_AGAIN = 5;
const UNDERSTOOD_FOR_MS = MINUTE;
const TEXT_MAX = 300;

/** Which of a device's last messages were refused, from the first one that was. */
export class Refusals {
  /** A bit a message, the newest first; 1 where it was refused. */
  #window = 0;
  #of = 0;
  #understood = 0;
  #refusedMs = 0;
  #newest: { code: string; reason: string; topic: string } | null = null;

  /** As it was told before the gateway was started. */
  restore({ count, of, ...newest }: NonNullable<Conduct["refused"]>, nowMs: number): void {
    this.#window = 2 ** count - 1;
    this.#of = of;
    this.#refusedMs = nowMs;
    this.#newest = newest;
  }

  understood(topic: string, nowMs: number): void {
    const newest = this.#newest;
    if (newest === null) return;
    this.#add(0);
    // On a topic that there is not nothing is ever understood.
    const anyTopic = newest.topic === "" || newest.code.startsWith("mqtt.");
    if (anyTopic || topic === newest.topic) this.#understood += 1;
    const enough = anyTopic || topic.endsWith("/telemetry") ? UNDERSTOOD_AGAIN : 1;
    if (this.#understood < enough || nowMs - this.#refusedMs < UNDERSTOOD_FOR_MS) return;
    this.#newest = null;
    this.#window = 0;
    this.#of = 0;
  }

  refused(topic: string, { code, detail }: Refusal, nowMs: number): void {
    this.#add(1);
    this.#understood = 0;
    this.#refusedMs = nowMs;
    this.#newest = { code, reason: detail.slice(0, TEXT_MAX), topic: topic.slice(0, TEXT_MAX) };
  }

  get conduct(): Conduct["refused"] {
    if (this.#newest === null) return undefined;
    let count = 0;
    for (let bits = this.#window; bits !== 0; bits &= bits - 1) count += 1;
    // What was refused longer ago than the window reaches is not over before it was well for a while.
    return { count: Math.max(1, count), of: this.#of, ...this.#newest };
  }

  #add(bit: 0 | 1): void {
    this.#window = ((this.#window << 1) | bit) & (2 ** MESSAGES_WATCHED - 1);
    this.#of = Math.min(MESSAGES_WATCHED, this.#of + 1);
  }
}
