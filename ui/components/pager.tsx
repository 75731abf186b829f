import { formatCount } from "../words/words.ts";

/** Where one is in a list, and the next page of it. Lists go forward by cursor; back is the browser's own. */
export function Pager(props: {
  after: number;
  shown: number;
  total: number;
  next: string | null;
  first: string;
}) {
  const { after, shown, total, next } = props;
  if (next === null && after === 0) return null;
  return (
    <nav class="pager" aria-label="Pages">
      <span class="number">
        {formatCount(after + 1)} to {formatCount(after + shown)} of {formatCount(total)}
      </span>
      <span class="actions">
        {after > 0 ? (
          <a class="button" href={props.first}>
            First page
          </a>
        ) : null}
        {next === null ? null : (
          <a class="button" href={next} rel="next">
            Next page
          </a>
        )}
      </span>
    </nav>
  );
}
