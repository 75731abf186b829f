import type { Statement } from "bun:sqlite";
import type { Seq, UplogStream } from "../../protocol/log/cursor.ts";
import { UPLOG_STREAMS } from "../../protocol/log/cursor.ts";
import { type Entry, entrySize, type NewEntry } from "../../protocol/log/entry.ts";
import { laneOf } from "../../protocol/log/kinds.ts";
import type { EdgeDatabase } from "../database/database.ts";

export { Thinnable, type Waiting } from "./thinnable.ts";

/**
 * The uplog: everything durable that this gateway tells the cloud, in two lanes (`protocol/log/cursor.ts`).
 *
 * Promises: an entry is there when the transaction that appended it has committed, and its seq is never given twice;
 * what is acknowledged is kept until somebody forgets it, because a cloud restored from a backup asks for it again.
 * What may be on its way to the cloud is never changed; telemetry behind that may be thinned (`thinnable.ts`).
 * It never interprets a payload and never talks to the network.
 */
export interface Uplog {
  /** The log's identity, by which a cursor is never taken for another log's. */
  readonly epoch: string;
  /**
   * Appends within the caller's transaction. `device`: whose telemetry a chunk is. `canWait`: more of the same is to come in a moment, and it
   * can go with that.
   */
  append(entry: NewEntry, options?: { device?: string; canWait?: boolean }): Seq;
  /** Newest seq of a lane; 0 when it has never had an entry. */
  head(stream: UplogStream): Seq;
  /** Newest seq of the bulk lane that may be on its way: up to there telemetry stays as it is. */
  offered(): Seq;
  /** Telemetry up to `seq` is about to leave: it is durable when this returns. */
  offer(seq: Seq): void;
  /** Entries after `after`, in order, up to `maxBytes`, but at least one when there is any. */
  read(stream: UplogStream, after: Seq, maxBytes: number): Entry[];
  /** Last seq the cloud has said it has applied. */
  acked(stream: UplogStream): Seq;
  /** The cloud has applied up to `seq`. */
  acknowledged(stream: UplogStream, seq: Seq): void;
  /**
   * The cloud names its cursor as a session begins. When that is older than what it had said before, and entries in
   * between are no longer held, they are lost to it: the seqs around them, else null.
   */
  resume(stream: UplogStream, cursor: Seq): { after: Seq; before: Seq } | null;
  /** Forgets the oldest of what the cloud has applied, telemetry first. False when there is nothing of it. */
  forgetAcknowledged(): boolean;
  /** Number of entries the cloud has not acknowledged. */
  waiting(stream: UplogStream): number;
  /**
   * Takes a new identity, under which nothing is acknowledged yet, because this log came back from a backup (the cloud
   * knows more of it than it holds) or belongs to another gateway of the cloud's from now on. Forgets what was
   * acknowledged under the old one, and telemetry up to `appliedBulk`, which the cloud is known to have, unless
   * `keepAcked`; keeps the rest to be sent under the new one.
   */
  rotate(epoch: string, options?: { keepAcked?: boolean; appliedBulk?: Seq }): void;
  /**
   * Calls `listener` when what was appended here is on the disk, once for each entry, with whether it can wait. Returns the function that
   * ends it.
   */
  onAppended(listener: (canWait: boolean) => void): () => void;
}

export function createUplog(db: EdgeDatabase): Uplog {
  return new SqliteUplog(db);
}

/** Entries forgotten at once, so that nobody waits for it. */
const FORGET_ENTRIES = 500;

type Row = { seq: number; kind: string; at_ms: number; payload: Uint8Array };

class Lane {
  readonly insert: Statement<never, [string, number, Uint8Array] | [string, number, Uint8Array, string]>;
  readonly after: Statement<Row, [number]>;
  readonly highest: Statement<{ seq: number }, [string]>;
  readonly count: Statement<{ n: number }, [number]>;
  readonly forget: Statement<never, [number, number]>;

  constructor(db: EdgeDatabase, stream: UplogStream) {
    const table = `uplog_${stream}`;
    const { sqlite } = db;
    this.insert = sqlite.query(
      stream === "bulk"
        ? `INSERT INTO ${table} (kind, at_ms, payload, device) VALUES (?, ?, ?, ?)`
        : `INSERT INTO ${table} (kind, at_ms, payload) VALUES (?, ?, ?)`,
    );
    this.after = sqlite.query(
      `SELECT seq, kind, at_ms, payload FROM ${table} WHERE seq > ? ORDER BY seq LIMIT 2000`,
    );
    this.highest = sqlite.query("SELECT seq FROM sqlite_sequence WHERE name = ?");
    this.count = sqlite.query(
      stream === "bulk"
        ? // By the index, which holds no payload: with the table a gigabyte of it would be read.
          `SELECT count(*) AS n FROM ${table} INDEXED BY uplog_bulk_step
           WHERE step IN (SELECT step FROM uplog_step) AND seq > ?`
        : `SELECT count(*) AS n FROM ${table} WHERE seq > ?`,
    );
    this.forget = sqlite.query(
      `DELETE FROM ${table} WHERE seq IN (SELECT seq FROM ${table} WHERE seq <= ? ORDER BY seq LIMIT ?)`,
    );
  }
}

class SqliteUplog implements Uplog {
  readonly #db: EdgeDatabase;
  readonly #lanes: Record<UplogStream, Lane>;
  readonly #listeners = new Set<(canWait: boolean) => void>();

  constructor(db: EdgeDatabase) {
    this.#db = db;
    this.#lanes = { urgent: new Lane(db, "urgent"), bulk: new Lane(db, "bulk") };
  }

  get epoch(): string {
    const row = this.#db.sqlite.query<{ uplog_epoch: string }, []>("SELECT uplog_epoch FROM identity").get();
    return row!.uplog_epoch;
  }

  append(
    { kind, atMs, payload }: NewEntry,
    { device = "", canWait = false }: { device?: string; canWait?: boolean } = {},
  ): Seq {
    const lane = laneOf(kind);
    const { insert } = this.#lanes[lane];
    const { lastInsertRowid } =
      lane === "bulk" ? insert.run(kind, atMs, payload, device) : insert.run(kind, atMs, payload);
    this.#db.whenDurable(() => {
      for (const listener of this.#listeners) listener(canWait);
    });
    return Number(lastInsertRowid);
  }

  head(stream: UplogStream): Seq {
    return this.#lanes[stream].highest.get(`uplog_${stream}`)?.seq ?? 0;
  }

  read(stream: UplogStream, after: Seq, maxBytes: number): Entry[] {
    const entries: Entry[] = [];
    let bytes = 0;
    for (const row of this.#lanes[stream].after.iterate(after)) {
      const entry: Entry = { seq: row.seq, kind: row.kind, atMs: row.at_ms, payload: row.payload };
      bytes += entrySize(entry);
      if (entries.length > 0 && bytes > maxBytes) break;
      entries.push(entry);
    }
    return entries;
  }

  offered(): Seq {
    const row = this.#db.sqlite.query<{ seq: number }, []>("SELECT bulk_offered AS seq FROM identity").get();
    return row!.seq;
  }

  offer(seq: Seq): void {
    this.#db.transaction(() => this.#db.sqlite.query("UPDATE identity SET bulk_offered = ?").run(seq));
  }

  acked(stream: UplogStream): Seq {
    const row = this.#db.sqlite.query<{ seq: number }, [string]>(
      "SELECT seq FROM uplog_acked WHERE stream = ?",
    );
    return row.get(stream)?.seq ?? 0;
  }

  acknowledged(stream: UplogStream, seq: Seq): void {
    this.#db.transaction(() => {
      this.#db.sqlite
        .query(
          "INSERT INTO uplog_acked (stream, seq) VALUES (?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq",
        )
        .run(stream, seq);
    });
  }

  resume(stream: UplogStream, cursor: Seq): { after: Seq; before: Seq } | null {
    return this.#db.transaction(() => {
      const before = this.acked(stream);
      if (before !== cursor) this.acknowledged(stream, cursor);
      if (before <= cursor) return null;
      const [oldest] = this.read(stream, cursor, 0);
      // What it had never said to have applied is another matter: it was dropped with notice, or is held.
      const held = Math.min(oldest?.seq ?? Number.POSITIVE_INFINITY, before + 1);
      return held > cursor + 1 ? { after: cursor, before: held } : null;
    });
  }

  forgetAcknowledged(): boolean {
    return this.#db.transaction(() =>
      (["bulk", "urgent"] as const).some(
        (stream) => this.#lanes[stream].forget.run(this.acked(stream), FORGET_ENTRIES).changes > 0,
      ),
    );
  }

  waiting(stream: UplogStream): number {
    return this.#lanes[stream].count.get(this.acked(stream))!.n;
  }

  rotate(
    epoch: string,
    { keepAcked = false, appliedBulk = 0 }: { keepAcked?: boolean; appliedBulk?: Seq } = {},
  ): void {
    this.#db.transaction(() => {
      for (const stream of UPLOG_STREAMS) {
        if (keepAcked) continue;
        const known = Math.max(this.acked(stream), stream === "bulk" ? appliedBulk : 0);
        this.#lanes[stream].forget.run(known, Number.MAX_SAFE_INTEGER);
      }
      this.#db.sqlite.run("DELETE FROM uplog_acked");
      this.#db.sqlite.query("UPDATE identity SET uplog_epoch = ?, bulk_offered = 0").run(epoch);
    });
  }

  onAppended(listener: (canWait: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
