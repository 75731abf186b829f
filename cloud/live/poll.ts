import type { Clock } from "../../protocol/clock.ts";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import type { BrowserConnection } from "./outbox.ts";

/** News seldom comes alone: the answer waits this long for what comes with it. */
export const POLL_GATHER_MS = 50;

/**
 * A browser that cannot have a WebSocket, for the time of one request: what would have been sent is gathered, and
 * answered when there is news or the time is up. `answer` is the body, `{"events": […]}`.
 */
export class Poll implements BrowserConnection {
  readonly #clock: Clock;
  readonly #holdMs: number;
  readonly #texts: string[] = [];
  readonly #answer = Promise.withResolvers<Result<string>>();
  #bytes = 0;
  #caughtUp = false;
  #gathers = false;
  #cancel: (() => void) | null = null;

  constructor(clock: Clock, holdMs: number) {
    this.#clock = clock;
    this.#holdMs = holdMs;
  }

  get answer(): Promise<Result<string>> {
    return this.#answer.promise;
  }

  send(text: string): void {
    this.#texts.push(text);
    this.#bytes += text.length;
    if (!this.#caughtUp || this.#gathers) return;
    this.#gathers = true;
    this.#finishWithin(POLL_GATHER_MS);
  }

  bufferedAmount(): number {
    return this.#bytes;
  }

  caughtUp(): void {
    this.#caughtUp = true;
    // The heartbeat is no news.
    this.#finishWithin(this.#texts.length > 1 ? 0 : this.#holdMs);
  }

  close(_code: number, reason: string): void {
    if (reason === "auth.required" || reason === "store.unavailable") {
      this.#cancel?.();
      this.#answer.resolve(refuse(reason, "while news was waited for"));
    } else this.#finish();
  }

  #finishWithin(delayMs: number): void {
    this.#cancel?.();
    if (delayMs === 0) this.#finish();
    else this.#cancel = this.#clock.after(delayMs, () => this.#finish());
  }

  #finish(): void {
    this.#cancel?.();
    this.#answer.resolve(accept(`{"events":[${this.#texts.join(",")}]}`));
  }
}
