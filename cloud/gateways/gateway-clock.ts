import type { ClockStep } from "../../protocol/frames/control.ts";
import { type ClockSample, SKEW_SAME_MS, SkewEstimate } from "../../protocol/gateways/clock-skew.ts";
import { type Seq, UPLOG_STREAMS, type UplogStream } from "../../protocol/log/cursor.ts";
import { MINUTE, SECOND } from "../../protocol/units.ts";
import { type ClockHistory, STRETCHES_MAX, type Stretch, skewAt } from "./clock-history.ts";

/** How often a gateway is asked what time it has, once it has been asked often enough to know. */
export const ASK_AFTER_MS = 1 * MINUTE;
/** A question that is not answered by then may be asked again. */
const ANSWER_TIMEOUT_MS = 30 * SECOND;

/** Of every log. */
const START = { urgent: 0, bulk: 0, byMs: null };

/**
 * The clock of a gateway during one session: measured by questions and answers, and by what the gateway says of its
 * clock being set (`clock` frames), turned into stretches of its log. A step that the gateway tells of begins a stretch
 * at exactly the entry where the clock was set, also when that was days before the line came back: going back from the
 * skew of now, each step is taken off. Only a restart of the gateway ends that: what lies before it is as it was measured
 * then.
 */
export class GatewayClock {
  readonly #estimate = new SkewEstimate();
  /** As it was when the session began. */
  readonly #known: ClockHistory;
  #history: ClockHistory;
  #taken: ClockHistory;
  /** Up to here the log was applied when the session began: what was decided of it stays as it is. */
  readonly #settled: Record<UplogStream, Seq>;
  /** Number of the newest step that the gateway has told of; null before it has told of any. */
  #lastStep: number | null = null;
  #asked: { monotonicMs: number } | null = null;
  #askedMs = Number.NEGATIVE_INFINITY;

  constructor(history: ClockHistory, applied: Record<UplogStream, Seq>, first: ClockSample) {
    this.#known = history;
    this.#history = { ...history };
    this.#taken = { ...history };
    this.#settled = applied;
    this.#estimate.add(first);
    this.#note({ ...applied });
  }

  /** By how much the gateway's clock is ahead now. */
  get skewMs(): number {
    return this.#estimate.skewMs ?? 0;
  }

  get history(): ClockHistory {
    return this.#history;
  }

  /** Whether the history is as it was taken last, and was when the session began. */
  get isTaken(): boolean {
    return isSameHistory(this.#history, this.#taken);
  }

  /** The history, to be written down. */
  take(): ClockHistory {
    this.#taken = { ...this.#history };
    return this.#taken;
  }

  skewAt(stream: UplogStream, seq: Seq): number {
    return skewAt(this.#history[stream], seq);
  }

  /** Whether the gateway is to be asked now; the caller then asks. */
  mayAsk(monotonicMs: number): boolean {
    const waited = monotonicMs - this.#askedMs;
    if (waited < (this.#asked === null ? (this.#estimate.isSettled ? ASK_AFTER_MS : 0) : ANSWER_TIMEOUT_MS)) {
      return false;
    }
    this.#asked = { monotonicMs };
    this.#askedMs = monotonicMs;
    return true;
  }

  /** The answer. A difference it makes begins behind `heads`: the newest the gateway has told of. */
  answered(
    answer: Omit<ClockSample, "roundTripMs">,
    monotonicMs: number,
    heads: Record<UplogStream, Seq>,
  ): void {
    if (this.#asked === null) return;
    this.#estimate.add({ ...answer, roundTripMs: monotonicMs - this.#asked.monotonicMs });
    this.#asked = null;
    this.#note(heads);
  }

  /** All steps that the gateway knows of, in order; said when a session begins, and at each new one. */
  told(steps: readonly ClockStep[]): void {
    const newest = steps.at(-1);
    if (newest === undefined) return;
    // What was set before the session began is in what was measured already.
    const last = this.#lastStep ?? newest.number;
    for (const { number, byMs } of steps) if (number > last) this.#estimate.jumped(byMs ?? 0);
    this.#lastStep = newest.number;
    for (const stream of UPLOG_STREAMS) this.#history[stream] = this.#withSteps(stream, steps);
  }

  /** What was measured in earlier sessions, and what follows from the steps since. */
  #withSteps(stream: UplogStream, steps: readonly ClockStep[]): Stretch[] {
    const settled = this.#settled[stream];
    const found: Stretch[] = [];
    let { skewMs } = this;
    let from = Number.POSITIVE_INFINITY;
    for (const { byMs, [stream]: after } of [START, ...steps].toReversed()) {
      from = Math.max(after, settled);
      found.unshift({ after: from, skewMs });
      if (byMs === null || after <= settled) break;
      skewMs -= byMs;
    }
    return joined([...this.#known[stream].filter(({ after }) => after < from), ...found]);
  }

  /** When the skew is another one than noted so far, it is so behind these entries. */
  #note(after: Record<UplogStream, Seq>): void {
    for (const stream of UPLOG_STREAMS) {
      const last = this.#history[stream].at(-1);
      if (last !== undefined && Math.abs(last.skewMs - this.skewMs) <= SKEW_SAME_MS) continue;
      const stretch = { after: after[stream], skewMs: this.skewMs };
      const before = this.#history[stream].filter((known) => known.after < stretch.after);
      this.#history[stream] = joined([...before, stretch]);
    }
  }
}

/** Neighbours of the same skew become one; so does what begins where the next one begins. */
function joined(stretches: readonly Stretch[]): Stretch[] {
  const kept: Stretch[] = [];
  for (const stretch of stretches) {
    if (kept.at(-1)?.after === stretch.after) kept.pop();
    const last = kept.at(-1);
    if (last === undefined || Math.abs(last.skewMs - stretch.skewMs) > SKEW_SAME_MS) kept.push(stretch);
  }
  return kept.slice(-STRETCHES_MAX);
}

function isSameHistory(a: ClockHistory, b: ClockHistory): boolean {
  return UPLOG_STREAMS.every(
    (stream) =>
      a[stream].length === b[stream].length &&
      a[stream].every(
        ({ after, skewMs }, place) =>
          after === b[stream][place]!.after && skewMs === b[stream][place]!.skewMs,
      ),
  );
}
