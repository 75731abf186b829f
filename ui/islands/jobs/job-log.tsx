import { useContext, useRef } from "preact/hooks";
import type { JobLogLine } from "../../../protocol/jobs/job-execution.ts";
import type { LogLevel } from "../../../protocol/jobs/job-log.ts";
import { ReaderZone } from "../../components/moment.tsx";
import { LiveContext } from "../../live/live.ts";
import { useIslandWords } from "../../words/use-words.ts";
import { clockTime } from "../../words/words.ts";
import { useLog } from "./use-log.ts";

export interface JobLogProps {
  job: string;
  /** Of one execution only; null for all of the job. */
  execution: string | null;
  /** The newest lines as the page came, and the number behind which to go on. */
  lines: readonly JobLogLine[];
  after: number;
  /** What is searched for. */
  line: string;
  /** Nothing more is to come now: it takes the room of what there is. */
  settled: boolean;
  words: LogWords;
}

interface LogWords {
  log: string;
  empty: string;
  noMatch: string;
  search: string;
  follow: string;
  paused: string;
  newLines: string;
  failed: string;
  levels: Record<LogLevel, string>;
}

/** A log that follows what is written, stands still while one reads further up, and finds what one types. */
export function JobLog(props: JobLogProps) {
  const { words } = props;
  const log = useLog(props);
  const box = useRef<HTMLDivElement>(null);
  log.useFollowing(box);
  const nothing = props.settled && log.lines.length === 0 && log.sought === "";
  return (
    <div class="log">
      {nothing ? null : (
        <form class="log-head" method="get" action="#log" onSubmit={(event) => event.preventDefault()}>
          <input
            class="input"
            type="search"
            name="line"
            value={log.sought}
            placeholder={words.search}
            aria-label={words.search}
            autocomplete="off"
            onInput={(event) => log.search(event.currentTarget.value)}
          />
          {log.follows ? null : (
            <button class="button" type="button" onClick={log.follow}>
              {words.follow}
            </button>
          )}
          <span role="status">{statusOf(log, words)}</span>
        </form>
      )}
      <section
        class={props.settled ? "log-lines settled" : "log-lines"}
        ref={box}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        aria-label={words.log}
        onScroll={log.scrolled}
      >
        {log.lines.length === 0 ? (
          <p class="muted">{log.sought === "" ? words.empty : words.noMatch}</p>
        ) : (
          log.lines.map((line) => (
            <Line key={line.number} line={line} levels={words.levels} named={props.execution === null} />
          ))
        )}
      </section>
    </div>
  );
}

function statusOf(log: ReturnType<typeof useLog>, words: LogWords): string {
  if (log.failed) return words.failed;
  if (log.follows) return "";
  return log.unseen === 0 ? words.paused : words.newLines.replace("{count}", String(log.unseen));
}

function Line(props: { line: JobLogLine; levels: Record<LogLevel, string>; named: boolean }) {
  const words = useIslandWords();
  const { line, levels, named } = props;
  // The server knows no zone but the one it was told; a browser knows its own.
  const onServer = useContext(LiveContext) === null;
  const zone = useContext(ReaderZone) ?? (onServer ? "UTC" : undefined);
  return (
    <p class={`log-line level-${line.level}`}>
      <time dateTime={line.at}>{clockTime(words, Date.parse(line.at), zone, true)}</time>
      {line.level === "info" ? null : <span class="log-level">{levels[line.level]}</span>}
      {named ? <span class="log-target">{line.targetName}</span> : null}
      <span class="log-text">{line.message}</span>
    </p>
  );
}
