import { SECOND } from "../../protocol/units.ts";
import type { Agenda } from "./agenda.ts";

export interface MeasuringParts {
  agenda: Agenda;
  /** When it measures first, ms of the run. */
  offsetMs: number;
  /** The pause it is to make now, whole ms. */
  intervalMs(): number;
  /** Measures; `late` when that is too long ago for anybody to be told. */
  measure(late: boolean): void;
}

/** What a stall of the program kept back is told, as long as it is not older. */
const LATE_MS = 10 * SECOND;
/** Measured one by one after a stop, at most: more than a day of every five seconds. Of a longer one only the end is. */
const MISSED_MAX = 20_000;

/** When a device measures: at times of the run that are an interval apart, and at every one of them. */
export class Measuring {
  readonly #parts: MeasuringParts;
  #dueMs = 0;
  #intervalMs = 0;
  #lastMs: number | null = null;
  #cancel = (): void => undefined;

  constructor(parts: MeasuringParts) {
    this.#parts = parts;
  }

  /** When it measured last, ms of the run; null: never. */
  get lastMs(): number | null {
    return this.#lastMs;
  }

  /** `lastMs`: when it did so last, before it was started again. */
  start(lastMs: number | null): void {
    const { offsetMs, intervalMs } = this.#parts;
    this.#lastMs = lastMs;
    this.#intervalMs = intervalMs();
    this.#plan(lastMs === null ? offsetMs : lastMs + this.#intervalMs);
  }

  /** The pause may be another: it counts from when it measured last. */
  paced(): void {
    const { agenda, intervalMs } = this.#parts;
    const changedMs = intervalMs() - this.#intervalMs;
    if (changedMs === 0) return;
    this.#intervalMs += changedMs;
    const dueMs = this.#dueMs + changedMs;
    const behindMs = Math.max(0, agenda.nowMs - dueMs);
    this.#plan(dueMs + Math.ceil(behindMs / this.#intervalMs) * this.#intervalMs);
  }

  #plan(dueMs: number): void {
    this.#dueMs = dueMs;
    this.#cancel();
    this.#cancel = this.#parts.agenda.at(dueMs, () => this.#measure());
  }

  #measure(): void {
    const { agenda, measure } = this.#parts;
    const { lateMs } = agenda;
    const missed = Math.floor(lateMs / this.#intervalMs);
    if (missed > MISSED_MAX) {
      this.#plan(this.#dueMs + missed * this.#intervalMs);
      return;
    }
    this.#lastMs = this.#dueMs;
    measure(lateMs > LATE_MS);
    this.#plan(this.#lastMs + this.#intervalMs);
  }
}
