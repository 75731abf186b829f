import type { Statement } from "bun:sqlite";
import type { EdgeDatabase } from "../database/database.ts";
import { type Batch, type Message, readBatch } from "./batch.ts";

/** The rows of the journal: appended one a commit, read back after a restart, deleted from the front. */
export class Journal {
  readonly #db: EdgeDatabase;
  readonly #insert: Statement<never, [Uint8Array]>;
  readonly #sealedTo: Statement<never, [string, number]>;
  readonly #forget: Statement<never, [number]>;
  /** Size of each row that is still there, oldest first. */
  #rows: { id: number; bytes: number }[] = [];
  #bytes = 0;

  constructor(db: EdgeDatabase) {
    this.#db = db;
    this.#insert = db.sqlite.query("INSERT INTO journal (body) VALUES (?)");
    this.#sealedTo = db.sqlite.query(
      "INSERT INTO sealed_to (device, journal_id) VALUES (?, ?) ON CONFLICT DO UPDATE SET journal_id = excluded.journal_id",
    );
    this.#forget = db.sqlite.query("DELETE FROM journal WHERE id < ?");
  }

  /** Bytes of all rows that are there. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Id of the newest row that is there, and of the oldest. */
  get newest(): number {
    return this.#rows.at(-1)?.id ?? 0;
  }
  get oldest(): number {
    return this.#rows[0]?.id ?? 0;
  }

  /** Appends a row, within the transaction under way. Gives its id. */
  append(batch: Batch): number {
    const body = batch.toBytes();
    const bytes = body.length;
    const id = Number(this.#insert.run(body).lastInsertRowid);
    this.#db.onCommit(() => this.#grew(id, bytes));
    return id;
  }

  /** All readings of `device` up to this row are sealed: within the transaction that sealed them. */
  sealed(device: string, id: number): void {
    this.#sealedTo.run(device, id);
  }

  /** Deletes the rows before this one, within the transaction under way. */
  forgetBefore(id: number): void {
    if (id <= this.oldest) return;
    this.#forget.run(id);
    this.#db.onCommit(() => {
      const kept = this.#rows.findIndex((row) => row.id >= id);
      const gone = this.#rows.splice(0, kept < 0 ? this.#rows.length : kept);
      for (const row of gone) this.#bytes -= row.bytes;
    });
  }

  /** Every message that is in no chunk yet, in the order it came; `damaged` is called for a row that cannot be read. */
  *replay(damaged: (id: number) => void): Generator<{ id: number; message: Message }> {
    const { sqlite } = this.#db;
    const sealedTo = new Map(
      sqlite
        .query<{ device: string; journal_id: number }, []>("SELECT device, journal_id FROM sealed_to")
        .all()
        .map((row) => [row.device, row.journal_id]),
    );
    const next = sqlite.query<{ id: number; body: Uint8Array }, [number]>(
      "SELECT id, body FROM journal WHERE id > ? ORDER BY id LIMIT 1",
    );
    this.#rows = [];
    this.#bytes = 0;
    for (let row = next.get(0); row !== null; row = next.get(row.id)) {
      const { id } = row;
      this.#grew(id, row.body.length);
      const messages = readBatch(row.body);
      if (messages === null) damaged(id);
      for (const message of messages ?? []) {
        if (id > (sealedTo.get(message.device) ?? 0)) yield { id, message };
      }
    }
  }

  #grew(id: number, bytes: number): void {
    this.#rows.push({ id, bytes });
    this.#bytes += bytes;
  }
}
