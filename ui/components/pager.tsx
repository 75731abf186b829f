import { useWords } from "../words/use-words.ts";

/** Where one is in a list, and the next page of it. Lists go forward by cursor; back is the browser's own. */
export function Pager(props: {
  after: number;
  shown: number;
  total: number;
  next: string | null;
  first: string;
}) {
  const { after, shown, total, next } = props;
  const { frame } = useWords();
  if (next === null && after === 0) return null;
  return (
    <nav class="pager" aria-label={frame.pages}>
      <span class="number">{frame.range(after + 1, after + shown, total)}</span>
      <span class="actions">
        {after > 0 ? (
          <a class="button" href={props.first}>
            {frame.firstPage}
          </a>
        ) : null}
        {next === null ? null : (
          <a class="button" href={next} rel="next">
            {frame.nextPage}
          </a>
        )}
      </span>
    </nav>
  );
}
