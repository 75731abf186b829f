import { ANSWER_EXPECTED_MS, type Conduct } from "../../protocol/devices/conduct.ts";
import { MINUTE, SECOND } from "../../protocol/units.ts";

/** When a device that has just come is asked for the first time, and when again one whose answer was late. */
const FIRST_AFTER_MS = 5 * SECOND;
const AGAIN_AFTER_MS = 20 * SECOND;
/** No answer is expected any more after so long: another question is asked. */
const GIVEN_UP_MS = 10 * MINUTE;
/** So many late in a row are no accident. */
const LATE = 2;
/** Who has never answered so many questions does not know them, and is asked no more until it comes again. */
const UNANSWERED_MAX = 3;

/** The questions to one device, and how soon it answers them. */
export class Answers {
  readonly #everyMs: number;
  #dueMs: number;
  #asked: { id: string; atMs: number; disturbed: boolean; counted: boolean } | null = null;
  #hasAnswered = false;
  #unanswered = 0;
  #late = 0;
  #slow: Conduct["slow"];

  constructor(everyMs: number, nowMs: number) {
    this.#everyMs = everyMs;
    this.#dueMs = nowMs + FIRST_AFTER_MS;
  }

  restore(slow: NonNullable<Conduct["slow"]>): void {
    this.#slow = slow;
    this.#late = LATE;
    this.#hasAnswered = true;
  }

  /** It has come, or comes again: what it was asked before may be lost. */
  came(nowMs: number): void {
    this.#asked = null;
    this.#unanswered = 0;
    this.#dueMs = nowMs + FIRST_AFTER_MS;
  }

  get isWaiting(): boolean {
    return this.#asked !== null;
  }

  /** Whether it is to be asked now. */
  isDue(nowMs: number): boolean {
    return (
      this.#asked === null && nowMs >= this.#dueMs && (this.#hasAnswered || this.#unanswered < UNANSWERED_MAX)
    );
  }

  asked(id: string, nowMs: number): void {
    this.#asked = { id, atMs: nowMs, disturbed: false, counted: false };
  }

  /** It has other things to do: how long this takes says nothing. */
  disturbed(): void {
    if (this.#asked !== null) this.#asked.disturbed = true;
  }

  answered(id: string, nowMs: number): void {
    const asked = this.#asked;
    if (asked?.id !== id) return;
    this.#asked = null;
    this.#hasAnswered = true;
    this.#unanswered = 0;
    this.#dueMs = nowMs + this.#everyMs;
    if (asked.disturbed) return;
    const tookMs = Math.round(nowMs - asked.atMs);
    if (tookMs <= ANSWER_EXPECTED_MS) {
      this.#late = 0;
      this.#slow = undefined;
      return;
    }
    this.#dueMs = nowMs + Math.min(this.#everyMs, AGAIN_AFTER_MS);
    if (!asked.counted) this.#late += 1;
    if (this.#late >= LATE) this.#slow = { tookMs, expectedMs: ANSWER_EXPECTED_MS, answered: true };
  }

  /** It has been silent until now. */
  waited(nowMs: number): void {
    const asked = this.#asked;
    if (asked === null) return;
    const tookMs = Math.round(nowMs - asked.atMs);
    if (tookMs >= GIVEN_UP_MS) {
      this.#asked = null;
      this.#unanswered += 1;
      this.#dueMs = nowMs + this.#everyMs;
    }
    if (asked.disturbed || !this.#hasAnswered || tookMs < AGAIN_AFTER_MS) return;
    if (!asked.counted) this.#late += 1;
    asked.counted = true;
    if (this.#late >= LATE) this.#slow = { tookMs, expectedMs: ANSWER_EXPECTED_MS, answered: false };
  }

  get conduct(): Conduct["slow"] {
    return this.#slow;
  }
}
