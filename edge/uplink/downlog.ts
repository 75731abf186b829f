import type { Logger } from "@logtape/logtape";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import type { Entries } from "../../protocol/frames/entries.ts";
import type { Cursor, Seq } from "../../protocol/log/cursor.ts";
import { type Entry, markOf } from "../../protocol/log/entry.ts";
import { type DownlogEvent, readDownlogEvent } from "../../protocol/log/kinds.ts";
import { entriesToApply } from "../../protocol/log/receiver.ts";
import type { EdgeDatabase } from "../database/database.ts";

/** Takes in what the cloud wants, inside the transaction that moves the cursor. */
export type ApplyDownlog = (event: DownlogEvent) => void;

/**
 * The receiving end of the downlog: entries and cursor in one transaction, so that each takes effect exactly once
 * whatever dies in between.
 */
export class Downlog {
  readonly #db: EdgeDatabase;
  readonly #applyEvent: ApplyDownlog;
  readonly #log: Logger;

  constructor({ db, applyDownlog, log }: { db: EdgeDatabase; applyDownlog: ApplyDownlog; log: Logger }) {
    this.#db = db;
    this.#applyEvent = applyDownlog;
    this.#log = log;
  }

  /** How far which downlog has been applied, and the mark of the entry there; null when there has never been one. */
  cursor(): Cursor | null {
    const row = this.#db.sqlite
      .query<{ epoch: string | null; seq: Seq; mark: number | null }, []>(
        "SELECT downlog_epoch AS epoch, downlog_seq AS seq, downlog_mark AS mark FROM identity",
      )
      .get();
    if (!row?.epoch) return null;
    const { epoch, seq, mark } = row;
    return { epoch, seq, ...(mark === null ? {} : { mark }) };
  }

  /** The cloud's downlog is that of `epoch`. When it was another so far, it is applied from its beginning. */
  adopt(epoch: string): void {
    this.#db.transaction(() => {
      if (this.cursor()?.epoch === epoch) return;
      this.#db.sqlite
        .query("UPDATE identity SET downlog_epoch = ?, downlog_seq = 0, downlog_mark = NULL")
        .run(epoch);
    });
  }

  /** Applies what is new in a frame of `epoch`'s log. Returns what to acknowledge. Codes: `log.gap`. */
  apply(epoch: string, frame: Entries): Result<Seq> {
    return this.#db.transaction(() => {
      const known = this.cursor();
      if (known?.epoch !== epoch) return refuse("log.gap", "another downlog has taken this one's place");
      const work = entriesToApply(frame, known.seq);
      if (!work.ok) return work;
      for (const entry of work.value.entries) this.#applyEntry(epoch, entry);
      const last = work.value.entries.at(-1);
      if (last !== undefined) {
        const { sqlite } = this.#db;
        sqlite.query("UPDATE identity SET downlog_seq = ?, downlog_mark = ?").run(last.seq, markOf(last));
      }
      return accept(work.value.ack);
    });
  }

  /** What cannot be understood is kept and stepped over: one bad entry must not hold up all that follow it. */
  #applyEntry(epoch: string, entry: Entry): void {
    const read = readDownlogEvent(entry);
    if (read.ok && read.value.known) {
      this.#applyEvent(read.value.event);
      return;
    }
    const { seq, kind, atMs, payload } = entry;
    const reason = read.ok ? "a kind this gateway does not know" : read.refusal.detail;
    this.#db.sqlite
      .query("INSERT INTO unknown_entry (epoch, seq, kind, at_ms, payload) VALUES (?, ?, ?, ?, ?)")
      .run(epoch, seq, kind, atMs, payload);
    this.#db.onCommit(() => this.#log.warn("an entry was set aside", { seq, kind, reason }));
  }
}
