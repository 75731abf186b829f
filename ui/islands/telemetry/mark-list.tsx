import type { ChartMark } from "../../charts/charts.ts";
import { Mark } from "../../components/mark.tsx";
import { useIslandWords } from "../../words/use-words.ts";

interface MarkListProps {
  marks: readonly ChartMark[];
  when: (atMs: number) => string;
}

/** The marks of a chart in words, numbered as they are there. */
export function MarkList({ marks, when }: MarkListProps) {
  const { telemetry } = useIslandWords();
  if (marks.length === 0) return null;
  return (
    <div class="chart-marks">
      <ol aria-label={telemetry.marks}>
        {marks.map(({ atMs, shape, tone, text, href }, index) => (
          <li key={`${atMs} ${href}`} class={`tone-${tone}`}>
            <span class="chart-mark-number">{index + 1}</span>
            <Mark shape={shape} />
            <span>
              <time dateTime={new Date(atMs).toISOString()}>{when(atMs)}</time>{" "}
              <a class="link" href={href}>
                {text}
              </a>
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
