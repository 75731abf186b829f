import type { Statement } from "bun:sqlite";
import type { Seq } from "../../protocol/log/cursor.ts";
import type { EdgeDatabase } from "../database/database.ts";

/** A chunk of telemetry that waits in the bulk lane. */
export interface Waiting {
  seq: Seq;
  payload: Uint8Array;
}

/**
 * The telemetry of the bulk lane that cannot be on its way yet, by device and step: 0 is raw, then come the spans it
 * can be thinned to. Everything that changes something runs within the caller's transaction.
 */
export class Thinnable {
  readonly #oldest: Statement<{ seq: Seq; device: string }, [number]>;
  readonly #ofDevice: Statement<Waiting, [string, number, Seq, number]>;
  readonly #replace: Statement<never, [Uint8Array, number, Seq]>;
  readonly #restep: Statement<never, [number, Seq]>;
  readonly #remove: Statement<never, [Seq]>;
  readonly #bytes: Statement<{ bytes: number }, []>;

  constructor({ sqlite }: EdgeDatabase) {
    this.#oldest = sqlite.query(
      "SELECT seq, device FROM uplog_bulk WHERE step = ? AND seq > (SELECT bulk_offered FROM identity) ORDER BY seq LIMIT 1",
    );
    // Chunks from both sides of a step of the clock stay apart, for they are corrected differently.
    this.#ofDevice = sqlite.query(
      `SELECT seq, payload FROM uplog_bulk WHERE device = ?1 AND step = ?2 AND seq >= ?3
       AND seq <= coalesce((SELECT min(bulk_seq) FROM clock_step WHERE bulk_seq >= ?3), 9007199254740991)
       ORDER BY seq LIMIT ?4`,
    );
    this.#replace = sqlite.query("UPDATE uplog_bulk SET payload = ?, step = ? WHERE seq = ?");
    this.#restep = sqlite.query("UPDATE uplog_bulk SET step = ? WHERE seq = ?");
    this.#remove = sqlite.query("DELETE FROM uplog_bulk WHERE seq = ?");
    this.#bytes = sqlite.query("SELECT bytes FROM uplog_step ORDER BY step");
  }

  /** Bytes of telemetry of each step, with what is on its way. */
  bytesByStep(): number[] {
    return this.#bytes.all().map(({ bytes }) => bytes);
  }

  /** The oldest chunk of a step, and of its device those of the same step that follow, at most `most` in all. */
  oldest(step: number, most: number): { device: string; chunks: Waiting[] } | null {
    const first = this.#oldest.get(step);
    if (first === null) return null;
    return { device: first.device, chunks: this.#ofDevice.all(first.device, step, first.seq, most) };
  }

  /** One chunk in the place of these, at that of the first. */
  replace(chunks: readonly Waiting[], payload: Uint8Array, step: number): void {
    const [first, ...rest] = chunks;
    for (const { seq } of rest) this.#remove.run(seq);
    this.#replace.run(payload, step, first!.seq);
  }

  /** The chunk as it is counts as of this step. */
  count(seq: Seq, step: number): void {
    this.#restep.run(step, seq);
  }

  remove(seq: Seq): void {
    this.#remove.run(seq);
  }
}
