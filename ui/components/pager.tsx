import { useContext } from "preact/hooks";
import { useWords } from "../words/use-words.ts";
import { PageUrl } from "./live-region.tsx";

/** So many rows come by themselves before one has to ask: what a page may hold, and an answer. */
const ROWS_MAX = 500;

/**
 * Where one is in a list, and the rest of it. The rows of the next page come by themselves as one nears the end, and
 * take this with them; without script there is the next page itself. Lists go forward by cursor; back is the browser's
 * own.
 */
export function Pager(props: {
  after: number;
  shown: number;
  total: number;
  next: string | null;
  first: string;
}) {
  const { after, shown, total, next } = props;
  const { frame } = useWords();
  // Of rows that came by themselves the page began earlier.
  const from = Number(new URL(useContext(PageUrl), "http://any.invalid").searchParams.get("begin") ?? after);
  const last = after + shown;
  if (next === null && after === 0) return null;
  return (
    <nav class="pager" id="pager" aria-label={frame.pages}>
      <span class="number">{frame.range(from + 1, last, total)}</span>
      {next === null || Math.floor(last / ROWS_MAX) > Math.floor(after / ROWS_MAX) ? null : (
        <More next={next} begin={from} />
      )}
      <span class="actions">
        {from > 0 ? (
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

/** Asks for the next rows when it nears the window, once; the pager that comes with them has the next such. */
function More({ next, begin }: { next: string; begin: number }) {
  return (
    <div
      class="pager-more"
      data-more=""
      hx-get={`${next}&begin=${begin}`}
      hx-trigger="intersect once rootMargin:600px"
      hx-target="#results tbody"
      hx-select="#results tbody > tr"
      hx-select-oob="#pager"
      hx-swap="beforeend ignoreTitle:true"
    />
  );
}
