import { Readable } from "node:stream";
import type { Clock } from "../../../protocol/clock.ts";
import { isSiteTopic } from "../../../protocol/topics/topics.ts";
import { DAY } from "../../../protocol/units.ts";
import type { EdgeDatabase } from "../../database/database.ts";
import type { GroupCommit } from "../../telemetry/group-commit.ts";
import type { Permissions } from "../permissions.ts";
import { Outgoing, type QueueLimits } from "./outgoing.ts";
import { asQueued, onDisk, type PacketRow, type StoredPacket, toPacket, toRow } from "./packets.ts";
import { retainedOf } from "./retained.ts";
import { deviceOf, type Subscription, Subscriptions } from "./subscriptions.ts";

/**
 * What aedes keeps, in the gateway's database: retained messages, subscriptions of durable sessions, what is queued for
 * them, QoS 2 state, last wills.
 *
 * Promises: what a returned promise stands for is committed and on the disk, in the same commit as whatever else
 * was written in that turn of the event loop; every queue is bounded, and what is dropped is counted. It passes the suite
 * that aedes-persistence publishes.
 */
export class Persistence {
  readonly #parts: PersistenceParts;
  readonly #subscriptions: Subscriptions;
  readonly #outgoing: Outgoing;
  /** Retained messages of each device; those of the site's own topics under "". */
  readonly #retained = new Map<string, number>();
  /** Packets that are queued and about to be published, by what they are counted as. */
  readonly #queuedAhead = new Set<number>();
  /** Those that are published, and not in the queue on the disk yet. */
  readonly #queuing = new Set<number>();
  #cancelTaking: (() => void) | null = null;
  /** The broker it keeps for; what aedes asks every persistence for. */
  broker: KeptBroker = { id: "" };

  constructor(parts: PersistenceParts) {
    this.#parts = parts;
    this.#subscriptions = new Subscriptions(parts.db, parts.permissions);
    this.#outgoing = new Outgoing(parts.db, parts.limits);
  }

  /** aedes calls it once, before anything else. */
  async setup(broker: KeptBroker): Promise<void> {
    this.broker = broker;
    const { db, clock, limits } = this.#parts;
    const old = clock.nowMs() - limits.sessionExpiryMs;
    db.transaction(() => {
      const expired = db.sqlite
        .query<{ client: string }, [number]>("SELECT client FROM mqtt_session WHERE seen_ms < ?")
        .all(old);
      for (const { client } of expired) this.#forget(client);
    });
    this.#subscriptions.start();
    this.#outgoing.start();
    const topics = db.sqlite.query<{ topic: string }, []>("SELECT topic FROM mqtt_retained").all();
    for (const { topic } of topics) this.#countRetained(topic, 1);
  }

  /** The database is its owner's to close. */
  async destroy(): Promise<void> {
    if (this.#cancelTaking === null) return;
    this.#cancelTaking();
    await this.#taken();
  }

  /** Whether there is a session of this client, with subscriptions or without. */
  hasSession(client: string): boolean {
    return this.#parts.db.sqlite.query("SELECT 1 FROM mqtt_session WHERE client = ?").get(client) !== null;
  }

  /** A client has connected: its durable session is seen, or with `clean` whatever was kept of it is gone. */
  begin(client: string, clean: boolean): Promise<void> {
    return this.#write(() => {
      if (clean) this.#forget(client);
      else {
        this.#parts.db.sqlite
          .query("INSERT OR REPLACE INTO mqtt_session (client, seen_ms) VALUES (?, ?)")
          .run(client, this.#parts.clock.nowMs());
      }
    });
  }

  /** A device was removed: nothing is kept for its clients, nor of what it retained. */
  forgetDevice(device: string): Promise<void> {
    return this.#write(() => {
      const { sqlite } = this.#parts.db;
      const range = [`${device}/`, `${device}0`] as const;
      const clients = sqlite
        .query<{ client: string }, [string, string, string, string]>(
          "SELECT client FROM mqtt_session WHERE client >= ? AND client < ? UNION SELECT client FROM mqtt_subscription WHERE client >= ? AND client < ?",
        )
        .all(...range, ...range);
      for (const { client } of clients) this.#forget(client);
      sqlite
        .query("DELETE FROM mqtt_retained WHERE topic >= ? AND topic < ?")
        .run(`homepot/${device}/`, `homepot/${device}0`);
      this.#retained.delete(device);
    });
  }

  /** Filters of durable sessions, by the device they belong to. */
  *filters(): Generator<{ device: string; filter: string }> {
    for (const { client, filter } of this.#subscriptions.all()) yield { device: deviceOf(client), filter };
  }

  dropped(): { client: string; messages: number }[] {
    return this.#outgoing.dropped();
  }

  async storeRetained(packet: StoredPacket): Promise<void> {
    const topic = packet.topic ?? "";
    const { sqlite } = this.#parts.db;
    await this.#write(() => {
      const known = sqlite.query("SELECT 1 FROM mqtt_retained WHERE topic = ?").get(topic) !== null;
      if ((packet.payload?.length ?? 0) === 0) {
        if (known) this.#countRetained(topic, -1);
        sqlite.query("DELETE FROM mqtt_retained WHERE topic = ?").run(topic);
        return;
      }
      const count = this.#retained.get(ownerOf(topic)) ?? 0;
      if (!known && count >= this.#parts.limits.retained) return;
      if (!known) this.#countRetained(topic, 1);
      const { fields, payload } = toRow(packet);
      sqlite
        .query("INSERT OR REPLACE INTO mqtt_retained (topic, fields, payload) VALUES (?, ?, ?)")
        .run(topic, fields, payload);
    });
  }

  createRetainedStream(filter: string): Readable {
    return this.createRetainedStreamCombi([filter]);
  }

  createRetainedStreamCombi(filters: readonly string[]): Readable {
    // What is read may have been committed ahead of the disk.
    return Readable.from(onDisk(retainedOf(this.#parts.db, filters), this.#parts.db));
  }

  addSubscriptions(client: { id: string }, subscriptions: readonly Subscription[]): Promise<void> {
    return this.#write(() => this.#subscriptions.add(client.id, subscriptions));
  }

  removeSubscriptions(client: { id: string }, filters: readonly string[]): Promise<void> {
    return this.#write(() => this.#subscriptions.remove(client.id, filters));
  }

  async subscriptionsByClient(client: { id: string }): Promise<Subscription[]> {
    return this.#subscriptions.of(client.id);
  }

  async subscriptionsByTopic(topic: string): Promise<(Subscription & { clientId: string })[]> {
    return this.#subscriptions.matching(topic);
  }

  cleanSubscriptions(client: { id: string }): Promise<void> {
    return this.#write(() => this.#subscriptions.clear(client.id));
  }

  async countOffline(): Promise<{ subsCount: number; clientsCount: number }> {
    return this.#subscriptions.count();
  }

  getClientList(filter: string): Readable {
    return Readable.from(this.#subscriptions.clientsOf(filter));
  }

  outgoingEnqueue(subscription: { clientId: string }, packet: StoredPacket): Promise<void> {
    return this.outgoingEnqueueCombi([subscription], packet);
  }

  async outgoingEnqueueCombi(
    subscriptions: readonly { clientId: string }[],
    packet: StoredPacket,
  ): Promise<void> {
    const { brokerCounter = 0 } = packet;
    if (this.#queuedAhead.delete(brokerCounter) || subscriptions.length === 0) return;
    this.#queuing.add(brokerCounter);
    const queued = this.#write(() => this.#enqueue(subscriptions, packet));
    await queued.finally(() => this.#queuing.delete(brokerCounter));
  }

  /**
   * Queues a packet in the transaction under way. What is returned is to be published right after the commit, by when nothing has to be
   * written for it any more.
   */
  queueAhead<Packet extends StoredPacket>(
    packet: Packet,
  ): Packet & { brokerId: string; brokerCounter: number } {
    const { broker } = this;
    broker.counter = (broker.counter ?? 0) + 1;
    const numbered = { ...packet, brokerId: broker.id, brokerCounter: broker.counter };
    this.#enqueue(this.#subscriptions.matching(packet.topic ?? ""), numbered);
    this.#parts.db.onCommit(() => this.#queuedAhead.add(numbered.brokerCounter));
    return numbered;
  }

  async outgoingUpdate(client: { id: string }, packet: StoredPacket): Promise<void> {
    if (this.#outgoing.wasGiven(client.id, packet)) return;
    await this.#write(() => {
      if (!this.#outgoing.update(client.id, packet)) throw new Error("no such packet");
    });
  }

  /** Whether a packet from {@link outgoingStream} that is about to be sent was sent to its client before. */
  wasSentBefore(packet: object): boolean {
    return this.#outgoing.wasSentBefore(packet);
  }

  async outgoingClearMessageId(
    client: { id: string },
    packet: StoredPacket,
  ): Promise<StoredPacket | undefined> {
    const { clock } = this.#parts;
    const taken = this.#outgoing.take(client.id, packet);
    // Most devices answer a command in the same moment, and what that writes takes this along.
    if (taken !== undefined) this.#cancelTaking ??= clock.after(TAKEN_AFTER_MS, () => void this.#taken());
    return taken;
  }

  outgoingStream(client: { id: string }): Readable {
    return Readable.from(this.#arrived(this.#outgoing.of(client.id)));
  }

  incomingStorePacket(client: { id: string }, packet: StoredPacket): Promise<void> {
    const messageId = packet.messageId ?? 0;
    const { fields, payload } = toRow({ ...asQueued(packet), messageId });
    return this.#write(() => {
      this.#parts.db.sqlite
        .query(
          "INSERT OR REPLACE INTO mqtt_incoming (client, message_id, fields, payload) VALUES (?, ?, ?, ?)",
        )
        .run(client.id, messageId, fields, payload);
    });
  }

  async incomingGetPacket(client: { id: string }, packet: StoredPacket): Promise<StoredPacket> {
    const row = this.#parts.db.sqlite
      .query<PacketRow, [string, number]>(
        "SELECT fields, payload FROM mqtt_incoming WHERE client = ? AND message_id = ?",
      )
      .get(client.id, packet.messageId ?? 0);
    if (row === null) throw new Error("no such packet");
    return toPacket(row);
  }

  incomingDelPacket(client: { id: string }, packet: StoredPacket): Promise<void> {
    return this.#write(() => {
      const { changes } = this.#parts.db.sqlite
        .query("DELETE FROM mqtt_incoming WHERE client = ? AND message_id = ?")
        .run(client.id, packet.messageId ?? 0);
      if (changes === 0) throw new Error("no such packet");
    });
  }

  cleanIncoming(client: { id: string }): Promise<void> {
    return this.#write(() => {
      this.#parts.db.sqlite.query("DELETE FROM mqtt_incoming WHERE client = ?").run(client.id);
    });
  }

  putWill(client: { id: string }, packet: StoredPacket): Promise<void> {
    packet.brokerId = this.broker.id;
    packet.clientId = client.id;
    const { fields, payload } = toRow(packet);
    return this.#write(() => {
      this.#parts.db.sqlite
        .query("INSERT OR REPLACE INTO mqtt_will (client, broker_id, fields, payload) VALUES (?, ?, ?, ?)")
        .run(client.id, this.broker.id, fields, payload);
    });
  }

  async getWill(client: { id: string }): Promise<StoredPacket | undefined> {
    const row = this.#parts.db.sqlite
      .query<PacketRow, [string]>("SELECT fields, payload FROM mqtt_will WHERE client = ?")
      .get(client.id);
    return row === null ? undefined : toPacket(row);
  }

  async delWill(client: { id: string }): Promise<StoredPacket | undefined> {
    const will = await this.getWill(client);
    if (will === undefined) return undefined;
    await this.#write(() => {
      this.#parts.db.sqlite.query("DELETE FROM mqtt_will WHERE client = ?").run(client.id);
    });
    return will;
  }

  /** Wills of brokers that are not among these: of this gateway before it was started again. */
  streamWill(brokers: Record<string, unknown> = {}): Readable {
    const rows = this.#parts.db.sqlite
      .query<PacketRow & { broker_id: string }, []>("SELECT broker_id, fields, payload FROM mqtt_will")
      .all();
    return Readable.from(rows.filter((row) => brokers[row.broker_id] === undefined).map(toPacket));
  }

  async #taken(): Promise<void> {
    this.#cancelTaking = null;
    if (!this.#outgoing.isLeaving) return;
    // What could not be written is tried again with whatever is written next.
    await this.#write(() => undefined).catch(() => undefined);
  }

  #enqueue(subscriptions: readonly { clientId: string }[], packet: StoredPacket): void {
    const queued = asQueued(packet);
    for (const { clientId } of subscriptions)
      this.#outgoing.enqueue(clientId, queued, this.#nextId(clientId));
  }

  /** The message id that aedes gives to a connected client's next packet. Whether it was right shows when it is sent. */
  #nextId(clientId: string): number | null {
    const client = this.broker.clients?.[clientId];
    return client?.connected === true && client.clean === false ? (client._nextId ?? null) : null;
  }

  /** Without what is not on the disk yet, and goes to all that are connected when it is: the client would get it twice. */
  *#arrived(packets: Iterable<StoredPacket>): Generator<StoredPacket> {
    for (const packet of packets) {
      const { brokerId, brokerCounter = 0 } = packet;
      const comes = this.#queuedAhead.has(brokerCounter) || this.#queuing.has(brokerCounter);
      if (!comes || brokerId !== this.broker.id) yield packet;
    }
  }

  #write(write: () => void): Promise<void> {
    return this.#parts.commit.run(write);
  }

  #forget(client: string): void {
    const { sqlite } = this.#parts.db;
    this.#subscriptions.clear(client);
    this.#outgoing.clear(client);
    for (const table of ["mqtt_session", "mqtt_incoming", "mqtt_dropped"]) {
      sqlite.query(`DELETE FROM ${table} WHERE client = ?`).run(client);
    }
  }

  #countRetained(topic: string, change: 1 | -1): void {
    const owner = ownerOf(topic);
    this.#retained.set(owner, (this.#retained.get(owner) ?? 0) + change);
  }
}

/** What was acknowledged is gone from the disk so much later at the latest. */
const TAKEN_AFTER_MS = 20;

/** What of aedes is asked for here. */
interface KeptBroker {
  id: string;
  /** Of the last packet that was published. */
  counter?: number;
  clients?: Readonly<Record<string, { connected?: boolean; clean?: boolean; _nextId?: number }>>;
}

export interface PersistenceLimits extends QueueLimits {
  /** Retained messages of one device, and of all topics that are no device's together. */
  retained: number;
  /** A session that has not connected for so long is forgotten. */
  sessionExpiryMs: number;
}

export const PERSISTENCE_LIMITS: PersistenceLimits = {
  messages: 10_000,
  bytes: 256 * 1_024 * 1_024,
  retained: 1_000,
  sessionExpiryMs: 30 * DAY,
};

export interface PersistenceParts {
  db: EdgeDatabase;
  commit: GroupCommit;
  clock: Clock;
  permissions: Permissions;
  limits: PersistenceLimits;
}

/** The device whose topic it is; "" for a topic of the site's own. */
function ownerOf(topic: string): string {
  return isSiteTopic(topic) ? "" : (topic.split("/")[1] ?? "");
}
