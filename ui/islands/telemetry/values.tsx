import type { LatestValue } from "../../../protocol/devices/device.ts";
import { Ago } from "../../components/moment.tsx";
import { useIslandWords } from "../../words/use-words.ts";
import { formatValue, metricName } from "../../words/words.ts";
import { isDrawable } from "./latest.ts";
import { Sparkline } from "./sparkline.tsx";

interface ValuesProps {
  values: readonly LatestValue[];
  /** The metric the chart shows. */
  chosen: string | null;
  /** The course of each metric as an SVG path; absent until it is known. */
  courses: ReadonlyMap<string, string>;
  /** Null where there is no chart. */
  onChoose: ((metric: string) => void) | null;
}

/** The newest value of every metric. Those a chart can show are buttons that choose it. */
export function Values({ values, chosen, courses, onChoose }: ValuesProps) {
  return (
    <div class="values">
      {values.map((value) => {
        const drawn = onChoose !== null && isDrawable(value);
        const content = <ValueContent value={value} drawn={drawn} course={courses.get(value.metric)} />;
        return drawn ? (
          <button
            key={value.metric}
            type="button"
            class="value"
            aria-pressed={value.metric === chosen ? "true" : "false"}
            onClick={() => onChoose(value.metric)}
          >
            {content}
          </button>
        ) : (
          <div key={value.metric} class="value">
            {content}
          </div>
        );
      })}
    </div>
  );
}

interface ContentProps {
  value: LatestValue;
  drawn: boolean;
  course: string | undefined;
}

function ValueContent({ value, drawn, course }: ContentProps) {
  const words = useIslandWords();
  const name = metricName(words, value.metric);
  return (
    <>
      <span class="value-name" title={value.metric}>
        {name}
      </span>
      <span class="value-figure">
        {formatValue(words, value.value)}
        {value.unit === "" || typeof value.value !== "number" ? null : <small> {value.unit}</small>}
      </span>
      <span class="value-age">
        <Ago at={value.at} />
      </span>
      {drawn ? <Sparkline path={course ?? ""} /> : null}
    </>
  );
}
