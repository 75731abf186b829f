import type { RefObject } from "preact";
import { useCallback, useContext, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { JobLogLine, JobLogs } from "../../../protocol/jobs/job-execution.ts";
import { SECOND } from "../../../protocol/units.ts";
import { LiveContext, useMissed } from "../../live/live.ts";

/** So many lines are kept on the page; the API has all. */
export const LINES_MAX = 2_000;
const SEARCH_AFTER_MS = 250;
/** Lines come close together: they are fetched together. */
const FETCH_AFTER_MS = SECOND / 4;

interface LogOf {
  job: string;
  execution: string | null;
  lines: readonly JobLogLine[];
  after: number;
  line: string;
}

/** The lines of a log as they come, whether they are followed, and what is searched for. */
export function useLog(of: LogOf) {
  const live = useContext(LiveContext)?.live ?? null;
  const missed = useMissed();
  const [sought, setSought] = useState(of.line);
  const [lines, setLines] = useState(of.lines);
  const [follows, setFollows] = useState(true);
  const [unseen, setUnseen] = useState(0);
  const [failed, setFailed] = useState(false);
  const place = useRef({
    after: of.after,
    sought: of.line,
    asking: new AbortController(),
    isAsking: false,
    again: false,
  });

  const ask = useCallback(
    async (anew: boolean) => {
      const at = place.current;
      if (anew) {
        at.asking.abort();
        at.asking = new AbortController();
      } else if (at.isAsking) {
        // Two at a time would bring the same lines twice.
        at.again = true;
        return;
      }
      const { signal } = at.asking;
      at.isAsking = true;
      try {
        for (let after = anew ? null : at.after; ; after = at.after) {
          at.again = false;
          const found = await fetchLines(of, at.sought, after, signal);
          if (signal.aborted) return;
          at.after = found.after;
          setFailed(false);
          if (after === null || found.items.length > 0)
            setLines((before) => [...(after === null ? [] : before), ...found.items].slice(-LINES_MAX));
          setUnseen((before) => (after === null ? 0 : before + found.items.length));
          if (!found.more && !at.again) return;
        }
      } catch (error) {
        if (!signal.aborted) setFailed(true);
        if (!signal.aborted && !(error instanceof TypeError)) reportError(error);
      } finally {
        if (!signal.aborted) at.isAsking = false;
      }
    },
    [of.job, of.execution],
  );

  useEffect(() => {
    if (live === null) return undefined;
    let waiting: ReturnType<typeof setTimeout> | undefined;
    // Not put off by the next line: a log that never rests is followed, too.
    const end = live.jobLog(of.job).hear(() => {
      waiting ??= setTimeout(() => {
        waiting = undefined;
        void ask(false);
      }, FETCH_AFTER_MS);
    });
    void ask(false);
    return () => {
      end();
      clearTimeout(waiting);
    };
  }, [live, missed, ask]);

  const searching = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  return {
    ...{ lines, follows, unseen, failed, sought },
    search(text: string) {
      setSought(text);
      place.current.sought = text.trim();
      clearTimeout(searching.current);
      searching.current = setTimeout(() => void ask(true), SEARCH_AFTER_MS);
    },
    follow() {
      setFollows(true);
      setUnseen(0);
    },
    /** Who scrolls up reads, and must not lose the place; who scrolls to the end goes on following. */
    scrolled(event: { currentTarget: HTMLElement }) {
      const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
      const atEnd = scrollHeight - scrollTop - clientHeight < 24;
      setFollows(atEnd);
      if (atEnd) setUnseen(0);
    },
    /** Keeps the newest line in sight while it is followed. */
    useFollowing(box: RefObject<HTMLElement | null>) {
      useLayoutEffect(() => {
        if (follows && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
      }, [lines, follows]);
    },
  };
}

async function fetchLines(
  { job, execution }: LogOf,
  sought: string,
  after: number | null,
  signal: AbortSignal,
): Promise<JobLogs> {
  const query = new URLSearchParams({
    limit: "500",
    ...(sought === "" ? {} : { q: sought }),
    ...(execution === null ? {} : { execution }),
    ...(after === null ? {} : { after: String(after) }),
  });
  const response = await fetch(`/api/v1/jobs/${job}/logs?${query}`, { signal });
  if (!response.ok) throw new TypeError(String(response.status));
  return (await response.json()) as JobLogs;
}
