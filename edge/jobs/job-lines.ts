import type { Clock } from "../../protocol/clock.ts";
import {
  LOG_ENTRY_MAX_LENGTH,
  LOG_LINE_MAX_LENGTH,
  LOG_LINES_MAX,
  LOG_LINES_PER_EXECUTION,
  type LogLevel,
  type LogLine,
} from "../../protocol/jobs/job-log.ts";
import { toEntry } from "../../protocol/log/kinds.ts";
import type { EdgeDatabase } from "../database/database.ts";
import type { Uplog } from "../uplog/uplog.ts";
import type { ExecutionStore } from "./store.ts";

/** Lines that executions write, on their way into the uplog: at once, bounded, and in their order. */
export class JobLines {
  readonly #parts: { db: EdgeDatabase; uplog: Uplog; clock: Clock; store: ExecutionStore };

  constructor(parts: { db: EdgeDatabase; uplog: Uplog; clock: Clock; store: ExecutionStore }) {
    this.#parts = parts;
  }

  /** Of a text with several lines each is one. Beyond what is kept of an execution, one line says so. */
  write(execution: string, level: LogLevel, text: string): void {
    const { db, uplog, store, clock } = this.#parts;
    const texts = text.split(/\r?\n/).filter((line, index) => line !== "" || index === 0);
    db.transaction(() => {
      const atMs = clock.nowMs();
      const lines: LogLine[] = [];
      for (const message of texts) {
        const count = store.countLine(execution);
        if (count > LOG_LINES_PER_EXECUTION) {
          if (count > LOG_LINES_PER_EXECUTION + 1) break;
          const said = `there were more than ${LOG_LINES_PER_EXECUTION} lines; the rest is left out`;
          lines.push({ atMs, level: "warning", message: said });
          break;
        }
        lines.push({ atMs, level, message: message.slice(0, LOG_LINE_MAX_LENGTH) });
      }
      for (const part of entriesOf(lines)) {
        uplog.append(toEntry({ kind: "job.log", execution, lines: part }, atMs));
      }
    });
  }
}

/** As many lines an entry as it takes. */
function entriesOf(lines: readonly LogLine[]): LogLine[][] {
  const entries: LogLine[][] = [];
  let length = 0;
  for (const line of lines) {
    const last = entries.at(-1);
    const fits =
      last !== undefined &&
      last.length < LOG_LINES_MAX &&
      length + line.message.length <= LOG_ENTRY_MAX_LENGTH;
    if (fits) last.push(line);
    else entries.push([line]);
    length = (fits ? length : 0) + line.message.length;
  }
  return entries;
}
