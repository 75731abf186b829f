import { isSuccess, JOB_STATES, type JobState } from "../../protocol/jobs/job-machine.ts";
import { JOB_LOOKS } from "../words/job-looks.ts";

/** One target of a rollout. */
export interface Segment {
  id: string;
  name: string;
  state: JobState;
  percent: number | null;
}

/** So many targets are drawn one by one; more of them as one stretch a state. */
export const SEGMENTS_MAX = 500;

const toneOf = (state: JobState) =>
  state === "queued" ? "state-queued" : `tone-${JOB_LOOKS[state].tone} state-${state}`;

/** Successes first, then what moves, then what waits: where there are too many for one each. */
const ORDER: readonly JobState[] = [
  ...JOB_STATES.filter(isSuccess),
  ...([
    "failed",
    "timed-out",
    "expired",
    "interrupted",
    "cancelled",
    "running",
    "delivered",
    "queued",
  ] as const),
];

/** A rollout as one bar. Its label says the same in words, and what is around it has the states by name. */
export function RolloutBar(props: {
  segments: readonly Segment[] | null;
  counts: Readonly<Record<string, number>>;
  total: number;
  label: string;
  words: Record<JobState, string>;
  small?: boolean;
}) {
  const { segments, counts, total, label, words, small } = props;
  return (
    <svg
      class={small === true ? "rollout-bar small" : "rollout-bar"}
      viewBox={`0 0 ${WIDTH} 10`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {segments === null || segments.length > SEGMENTS_MAX ? (
        <Stretches counts={counts} total={total} words={words} />
      ) : (
        <Single segments={segments} total={total} words={words} />
      )}
    </svg>
  );
}

const WIDTH = 1_000;

function Single(props: { segments: readonly Segment[]; total: number; words: Record<JobState, string> }) {
  const { segments, words } = props;
  const count = Math.max(props.total, segments.length, 1);
  const gap = WIDTH / count > 12 ? 4 : (WIDTH / count) * 0.2;
  // The last one ends where the bar does.
  const each = (WIDTH + gap) / count;
  const width = each - gap;
  return (
    <>
      {segments.map(({ id, name, state, percent }, index) => {
        const begun = state === "running" && percent !== null ? (width * percent) / 100 : null;
        return (
          <g key={id} class={toneOf(state)}>
            <title>{`${name}: ${words[state]}`}</title>
            <rect class={begun === null ? "" : "faint"} x={index * each} y="0" width={width} height="10" />
            {begun === null ? null : <rect x={index * each} y="0" width={begun} height="10" />}
          </g>
        );
      })}
    </>
  );
}

function Stretches(props: {
  counts: Readonly<Record<string, number>>;
  total: number;
  words: Record<JobState, string>;
}) {
  let x = 0;
  return (
    <>
      {ORDER.map((state) => {
        const width = props.total === 0 ? 0 : ((props.counts[state] ?? 0) / props.total) * WIDTH;
        const start = x;
        x += width;
        return width === 0 ? null : (
          <g key={state} class={toneOf(state)}>
            <title>{props.words[state]}</title>
            <rect x={start} y="0" width={width} height="10" />
          </g>
        );
      })}
    </>
  );
}
