import { SPARKLINE_HEIGHT, SPARKLINE_WIDTH } from "../../charts/charts.ts";

/** A course as a line alone, as large as its place. */
export function Sparkline({ path }: { path: string }) {
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${SPARKLINE_WIDTH} ${SPARKLINE_HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={path} />
    </svg>
  );
}
