import type { EdgeDatabase } from "../../database/database.ts";
import { type PacketRow, type StoredPacket, toPacket, toRow } from "./packets.ts";

export interface QueueLimits {
  /** Messages queued for one client. */
  messages: number;
  /** Bytes of payload queued for all. */
  bytes: number;
}

type Row = PacketRow & { id: number };

/** A packet that is queued with the message id it will be sent with, and was not sent yet. */
interface Given {
  brokerId: string | undefined;
  brokerCounter: number | undefined;
  messageId: number;
}

/**
 * What waits for clients with a durable session, and what was sent to them and is not acknowledged. Bounded: what is
 * too much is dropped, the newest first, and counted.
 */
export class Outgoing {
  readonly #db: EdgeDatabase;
  readonly #limits: QueueLimits;
  readonly #counts = new Map<string, number>();
  readonly #sentBefore = new WeakSet<object>();
  readonly #given = new Map<string, Given>();
  /** Rows that are out of the queue and still to be deleted. */
  readonly #leaving = new Set<number>();
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

  /**
   * `nextId`: the message id that the client's next packet is sent with, where that is known. Kept with the packet it spares a commit
   * before it is sent, {@link wasGiven}. To be run in a transaction.
   */
  enqueue(client: string, queuedPacket: StoredPacket, nextId: number | null = null): void {
    const before = this.#given.get(client);
    // Written once more, because the commit it was to be in has failed.
    if (before !== undefined && isSame(before, queuedPacket)) this.#given.delete(client);
    // The id of one that is on its way is not free.
    const isFree = this.#given.get(client)?.messageId !== nextId;
    const isGiven = nextId !== null && isFree && (queuedPacket.qos ?? 0) > 0;
    const packet = isGiven ? { ...queuedPacket, messageId: nextId } : queuedPacket;
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
    const { brokerId, brokerCounter } = packet;
    if (isGiven) this.#given.set(client, { brokerId, brokerCounter, messageId: nextId });
  }

  /**
   * Whether a packet that is about to be sent for the first time has the message id that was kept with it: then there is
   * nothing to write. Asked once.
   */
  wasGiven(client: string, packet: StoredPacket): boolean {
    const given = this.#given.get(client);
    if (given === undefined || !isSame(given, packet)) return false;
    this.#given.delete(client);
    return packet.cmd === "publish" && packet.messageId === given.messageId;
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

  /**
   * Takes the packet with this message id out of the queue. It goes from the disk with the next transaction that somebody makes: a gateway
   * that dies before sends it once more, and says so, as MQTT has it. (The signs hide the parameters from the planner, which would look at their
   * values to order by `id`, and so compile the statement anew each time: 17 µs of 18.)
   */
  take(client: string, packet: StoredPacket): StoredPacket | undefined {
    const { sqlite } = this.#db;
    const given = this.#given.get(client);
    // One that is not sent after all has no message id yet, as aedes sees it.
    const isGiven = given !== undefined && packet.messageId === undefined && isSame(given, packet);
    if (isGiven) this.#given.delete(client);
    const row = sqlite
      .query<Row & { brokerId: string; brokerCounter: number }, [string, number | null]>(
        `SELECT id, broker_id AS brokerId, broker_counter AS brokerCounter, fields, payload FROM mqtt_outgoing
         WHERE client = +? AND message_id IS +? ORDER BY id`,
      )
      .all(client, packet.messageId ?? (isGiven ? given.messageId : null))
      // One that was not sent cannot be what is acknowledged: a retained message, of which nothing is kept, has come before it with its id.
      .find((row) => !this.#leaving.has(row.id) && (isGiven || given === undefined || !isSame(given, row)));
    if (row === undefined) return undefined;
    this.#leaving.add(row.id);
    this.#db.alongNext(() => {
      sqlite.query("DELETE FROM mqtt_outgoing WHERE id = ?").run(row.id);
      this.#db.onCommit(() => this.#leaving.delete(row.id));
    });
    this.#bytes -= row.payload.length;
    this.#counts.set(client, (this.#counts.get(client) ?? 1) - 1);
    return toPacket(row);
  }

  /** Whether something is out of the queue, and still on the disk. */
  get isLeaving(): boolean {
    return this.#leaving.size > 0;
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
      if (!this.#leaving.has(row.id)) yield toPacket(row);
    }
  }

  /** To be run in a transaction. */
  clear(client: string): void {
    const { sqlite } = this.#db;
    const rows = sqlite
      .query<{ id: number; bytes: number }, [string]>(
        "SELECT id, length(payload) AS bytes FROM mqtt_outgoing WHERE client = ?",
      )
      .all(client);
    sqlite.query("DELETE FROM mqtt_outgoing WHERE client = ?").run(client);
    for (const { id, bytes } of rows) if (!this.#leaving.has(id)) this.#bytes -= bytes;
    this.#counts.delete(client);
    this.#given.delete(client);
  }

  /** Messages that were dropped because too much was queued, by client. */
  dropped(): { client: string; messages: number }[] {
    return this.#db.sqlite
      .query<{ client: string; messages: number }, []>("SELECT client, messages FROM mqtt_dropped")
      .all();
  }
}

function isSame({ brokerId, brokerCounter }: Given, packet: StoredPacket): boolean {
  return packet.brokerId === brokerId && packet.brokerCounter === brokerCounter;
}
