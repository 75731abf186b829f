import type { EdgeDatabase } from "../../database/database.ts";
import { type PacketRow, type StoredPacket, toPacket, toRow } from "./packets.ts";

export interface QueueLimits {
  /** Messages queued for one client. */
  messages: number;
  /** Bytes of payload queued for all. */
  bytes: number;
}

type Row = PacketRow & { id: number };

/**
 * What waits for clients with a durable session, and what was sent to them and is not acknowledged. Bounded: what is
 * too much is dropped, the newest first, and counted.
 */
export class Outgoing {
  readonly #db: EdgeDatabase;
  readonly #limits: QueueLimits;
  readonly #counts = new Map<string, number>();
  readonly #sentBefore = new WeakSet<object>();
  #bytes = 0;

  constructor(db: EdgeDatabase, limits: QueueLimits) {
    this.#db = db;
    this.#limits = limits;
  }

  start(): void {
    const rows = this.#db.sqlite
      .query<{ client: string; messages: number; bytes: number }, []>(
        "SELECT client, count(*) AS messages, sum(length(payload)) AS bytes FROM mqtt_outgoing GROUP BY client",
      )
      .all();
    for (const { client, messages, bytes } of rows) {
      this.#counts.set(client, messages);
      this.#bytes += bytes;
    }
  }

  /** To be run in a transaction. */
  enqueue(client: string, packet: StoredPacket): void {
    const row = toRow(packet);
    const queued = this.#counts.get(client) ?? 0;
    if (queued >= this.#limits.messages || this.#bytes + row.payload.length > this.#limits.bytes) {
      this.#db.sqlite
        .query(
          "INSERT INTO mqtt_dropped (client, messages) VALUES (?, 1) ON CONFLICT DO UPDATE SET messages = messages + 1",
        )
        .run(client);
      return;
    }
    this.#db.sqlite
      .query(
        "INSERT INTO mqtt_outgoing (client, broker_id, broker_counter, message_id, fields, payload) VALUES (?, ?, ?, ?, ?, ?)",
      )
      .run(
        client,
        packet.brokerId ?? null,
        packet.brokerCounter ?? null,
        packet.messageId ?? null,
        row.fields,
        row.payload,
      );
    this.#counts.set(client, queued + 1);
    this.#bytes += row.payload.length;
  }

  /**
   * The packet was given a message id, or was answered: what is kept follows. False when there is no such packet. To be
   * run in a transaction.
   */
  update(client: string, packet: StoredPacket): boolean {
    const { sqlite } = this.#db;
    const { brokerId = null, brokerCounter = null, messageId = null } = packet;
    const same = sqlite
      .query<Row, [string, number | null, string | null]>(
        "SELECT id, fields, payload FROM mqtt_outgoing WHERE client = ? AND broker_counter IS ? AND broker_id IS ? ORDER BY id LIMIT 1",
      )
      .get(client, brokerCounter, brokerId);
    if (brokerId !== null && same !== null) {
      const stored = toPacket(same);
      if (packet.cmd === "publish" && messageId !== null && stored.messageId === messageId) {
        this.#sentBefore.add(packet);
      }
      const kept = { ...stored, ...(messageId === null ? {} : { messageId }) };
      sqlite
        .query("UPDATE mqtt_outgoing SET message_id = ?, fields = ? WHERE id = ?")
        .run(messageId, toRow(kept).fields, same.id);
      return true;
    }
    const other = sqlite
      .query<Row, [string, number | null, string | null]>(
        "SELECT id, fields, payload FROM mqtt_outgoing WHERE client = ? AND message_id IS ? AND broker_id IS NOT ? ORDER BY id LIMIT 1",
      )
      .get(client, messageId, brokerId);
    if (other === null) return false;
    const row = toRow(packet);
    sqlite
      .query(
        "UPDATE mqtt_outgoing SET broker_id = ?, broker_counter = ?, fields = ?, payload = ? WHERE id = ?",
      )
      .run(brokerId, brokerCounter, row.fields, row.payload, other.id);
    this.#bytes += row.payload.length - other.payload.length;
    return true;
  }

  /** Whether the packet had its message id already when it was given to {@link update}: then it was sent before. */
  wasSentBefore(packet: object): boolean {
    return this.#sentBefore.has(packet);
  }

  /** Takes the packet with this message id out of the queue. To be run in a transaction. */
  take(client: string, messageId: number | undefined): StoredPacket | undefined {
    const { sqlite } = this.#db;
    const row = sqlite
      .query<Row, [string, number | null]>(
        "SELECT id, fields, payload FROM mqtt_outgoing WHERE client = ? AND message_id IS ? ORDER BY id LIMIT 1",
      )
      .get(client, messageId ?? null);
    if (row === null) return undefined;
    sqlite.query("DELETE FROM mqtt_outgoing WHERE id = ?").run(row.id);
    this.#bytes -= row.payload.length;
    this.#counts.set(client, (this.#counts.get(client) ?? 1) - 1);
    return toPacket(row);
  }

  /** What is queued now, in order, read as it is asked for. */
  *of(client: string): Generator<StoredPacket> {
    const { sqlite } = this.#db;
    const last =
      sqlite
        .query<{ id: number | null }, [string]>("SELECT max(id) AS id FROM mqtt_outgoing WHERE client = ?")
        .get(client)?.id ?? 0;
    const next = sqlite.query<Row, [string, number, number]>(
      "SELECT id, fields, payload FROM mqtt_outgoing WHERE client = ? AND id > ? AND id <= ? ORDER BY id LIMIT 1",
    );
    for (let row = next.get(client, 0, last); row !== null; row = next.get(client, row.id, last)) {
      yield toPacket(row);
    }
  }

  /** To be run in a transaction. */
  clear(client: string): void {
    const { sqlite } = this.#db;
    const bytes =
      sqlite
        .query<{ bytes: number | null }, [string]>(
          "SELECT sum(length(payload)) AS bytes FROM mqtt_outgoing WHERE client = ?",
        )
        .get(client)?.bytes ?? 0;
    sqlite.query("DELETE FROM mqtt_outgoing WHERE client = ?").run(client);
    this.#bytes -= bytes;
    this.#counts.delete(client);
  }

  /** Messages that were dropped because too much was queued, by client. */
  dropped(): { client: string; messages: number }[] {
    return this.#db.sqlite
      .query<{ client: string; messages: number }, []>("SELECT client, messages FROM mqtt_dropped")
      .all();
  }
}
