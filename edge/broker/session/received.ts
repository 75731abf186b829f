import type { EdgeDatabase } from "../../database/database.ts";

/**
 * The packet ids of QoS 2 messages that were taken in and not released yet, by client: a message that comes again under
 * such an id is not taken in twice (MQTT 3.1.1 section 4.3.3, method B). They are session state and survive a restart.
 */
export class Received {
  readonly #db: EdgeDatabase;
  readonly #byClient = new Map<string, Set<number>>();

  constructor(db: EdgeDatabase) {
    this.#db = db;
  }

  /** Reads what was left of former sessions. */
  start(): void {
    const rows = this.#db.sqlite
      .query<{ client: string; packet_id: number }, []>("SELECT client, packet_id FROM received")
      .all();
    for (const row of rows) this.#of(row.client).add(row.packet_id);
  }

  has(client: string, packetId: number): boolean {
    return this.#byClient.get(client)?.has(packetId) ?? false;
  }

  count(client: string): number {
    return this.#byClient.get(client)?.size ?? 0;
  }

  /** The message with this id is on its way to the disk; `write` belongs in the transaction that takes it in. */
  add(client: string, packetId: number): { write: () => void; undo: () => void } {
    this.#of(client).add(packetId);
    return {
      write: () => {
        this.#db.sqlite
          .query("INSERT OR IGNORE INTO received (client, packet_id) VALUES (?, ?)")
          .run(client, packetId);
      },
      undo: () => this.#drop(client, packetId),
    };
  }

  /** Throws unless the message with this id is in the database: what to run before it is acknowledged once more. */
  confirm(client: string, packetId: number): void {
    const row = this.#db.sqlite
      .query("SELECT 1 FROM received WHERE client = ? AND packet_id = ?")
      .get(client, packetId);
    if (row === null) throw new Error(`the message ${packetId} of ${client} was not stored`);
  }

  /** The id is free again; to be run in a transaction. */
  release(client: string, packetId: number): void {
    this.#drop(client, packetId);
    this.#db.sqlite.query("DELETE FROM received WHERE client = ? AND packet_id = ?").run(client, packetId);
  }

  /**
   * The client's session begins anew, or has ended: its ids are free at once. Gives what is to be run in a transaction,
   * null when there is nothing to do.
   */
  clear(client: string): (() => void) | null {
    if (!this.#byClient.delete(client)) return null;
    return () => {
      this.#db.sqlite.query("DELETE FROM received WHERE client = ?").run(client);
    };
  }

  #of(client: string): Set<number> {
    const ids = this.#byClient.get(client) ?? new Set();
    this.#byClient.set(client, ids);
    return ids;
  }

  #drop(client: string, packetId: number): void {
    const ids = this.#byClient.get(client);
    ids?.delete(packetId);
    if (ids?.size === 0) this.#byClient.delete(client);
  }
}
