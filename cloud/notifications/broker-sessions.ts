import type { Kysely, Transaction } from "kysely";
import type { Clock } from "../../protocol/clock.ts";
import type { Random } from "../../protocol/random.ts";
import type { CloudDatabase } from "../database/database.ts";
import { preparedForEach } from "../database/prepared.ts";
import type { Tables } from "../database/tables.ts";
import type { BrokerSession, BrokerSessions, KeptPacket, LeftPacket } from "./platforms/broker-session.ts";
import { newClientId } from "./platforms/mqtt-target.ts";

/** The tables `broker_session` and `broker_packet`: what is under way to brokers elsewhere at QoS 2. */

/** Few enough for every database's limit of parameters. */
const ASKED_AT_ONCE = 500;

/** How often a broker had forgotten what it was told, since the organisation sends to it. */
export interface Repeated {
  messages: number;
  lastMs: number;
}

const keepAll = preparedForEach((db, sessionId: string, packetId: number, turn: number, delivery: string) =>
  db
    .insertInto("broker_packet")
    .values({ session_id: sessionId, packet_id: packetId, turn, delivery_id: delivery })
    .onConflict((conflict) =>
      conflict.columns(["session_id", "packet_id"]).doUpdateSet((eb) => ({
        turn: eb.ref("excluded.turn"),
        delivery_id: eb.ref("excluded.delivery_id"),
      })),
    ),
);

/** One process has them: the one that writes to the database. */
export class KeptBrokerSessions {
  readonly #db: CloudDatabase;
  readonly #clock: Clock;
  readonly #random: Random;
  /** Of each organisation the end of the last one that was taken up. */
  readonly #ends = new Map<string, Promise<void>>();

  constructor(db: CloudDatabase, clock: Clock, random: Random) {
    this.#db = db;
    this.#clock = clock;
    this.#random = random;
  }

  of(organizationId: string): BrokerSessions {
    return { open: (broker) => this.#open(organizationId, broker) };
  }

  /** Organisations that have something under way. */
  async owing(): Promise<string[]> {
    const rows = await this.#db.read
      .selectFrom("broker_session")
      .select("organization_id")
      .where(({ exists, selectFrom }) =>
        exists(
          selectFrom("broker_packet")
            .select("packet_id")
            .whereRef("broker_packet.session_id", "=", "broker_session.id"),
        ),
      )
      .execute();
    return rows.map((row) => row.organization_id);
  }

  /** Null: never. */
  async repeated(organizationId: string): Promise<Repeated | null> {
    const row = await this.#db.read
      .selectFrom("broker_session")
      .select(["repeated", "repeated_ms"])
      .where("organization_id", "=", organizationId)
      .executeTakeFirst();
    if (row === undefined || row.repeated_ms === null) return null;
    return { messages: row.repeated, lastMs: row.repeated_ms };
  }

  async #open(organizationId: string, broker: string): Promise<BrokerSession> {
    const before = this.#ends.get(organizationId);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ends.set(organizationId, promise);
    await before;
    try {
      const id = await this.#db.write((trx) => this.#takeUp(trx, organizationId, broker));
      return new Session(id, await leftOf(this.#db.read, id), this.#db, this.#clock, resolve);
    } catch (error) {
      resolve();
      throw error;
    }
  }

  /** An organisation has one broker: what was under way to another one is nobody's any more. */
  async #takeUp(trx: Transaction<Tables>, organizationId: string, broker: string): Promise<string> {
    const known = await trx
      .selectFrom("broker_session")
      .select(["id", "broker"])
      .where("organization_id", "=", organizationId)
      .execute();
    for (const { id } of known.filter((one) => one.broker !== broker)) {
      await trx.deleteFrom("broker_packet").where("session_id", "=", id).execute();
      await trx.deleteFrom("broker_session").where("id", "=", id).execute();
    }
    const own = known.find((one) => one.broker === broker);
    if (own !== undefined) return own.id;
    const id = newClientId(this.#random.bytes(8));
    await trx
      .insertInto("broker_session")
      .values({
        ...{ id, organization_id: organizationId, broker, created_ms: this.#clock.nowMs() },
        ...{ repeated: 0, repeated_ms: null },
      })
      .execute();
    return id;
  }
}

class Session implements BrokerSession {
  readonly clientId: string;
  readonly left: readonly LeftPacket[];
  readonly end: () => void;
  readonly #db: CloudDatabase;
  readonly #clock: Clock;
  #turn: number;

  constructor(
    id: string,
    left: (LeftPacket & { turn: number })[],
    db: CloudDatabase,
    clock: Clock,
    end: () => void,
  ) {
    this.clientId = id;
    this.left = left;
    this.#turn = left.at(-1)?.turn ?? 0;
    this.#db = db;
    this.#clock = clock;
    this.end = end;
  }

  async keep(packets: readonly KeptPacket[]): Promise<void> {
    const rows = packets.map(({ packetId, delivery }): Parameters<typeof keepAll>[1][number] => {
      this.#turn += 1;
      return [this.clientId, packetId, this.#turn, delivery];
    });
    await this.#db.write((trx) => keepAll(trx, rows));
  }

  async settledOf(deliveries: readonly string[]): Promise<Set<string>> {
    const settled = new Set(deliveries);
    for (let from = 0; from < deliveries.length; from += ASKED_AT_ONCE) {
      const queued = await this.#db.read
        .selectFrom("delivery")
        .select("id")
        .where("id", "in", deliveries.slice(from, from + ASKED_AT_ONCE))
        .where("state", "=", "queued")
        .execute();
      for (const { id } of queued) settled.delete(id);
    }
    return settled;
  }

  async clear(): Promise<void> {
    await this.#db.write((trx) =>
      trx.deleteFrom("broker_packet").where("session_id", "=", this.clientId).execute(),
    );
  }

  async countRepeated(messages: number): Promise<void> {
    await this.#db.write((trx) =>
      trx
        .updateTable("broker_session")
        .set((eb) => ({ repeated: eb("repeated", "+", messages), repeated_ms: this.#clock.nowMs() }))
        .where("id", "=", this.clientId)
        .execute(),
    );
  }
}

/** A delivery that is not queued, or that is none, as a test's, will not be handed over again. */
async function leftOf(db: Kysely<Tables>, sessionId: string): Promise<(LeftPacket & { turn: number })[]> {
  const rows = await db
    .selectFrom("broker_packet")
    .leftJoin("delivery", "delivery.id", "broker_packet.delivery_id")
    .select(["packet_id", "broker_packet.turn", "delivery_id", "delivery.state"])
    .where("session_id", "=", sessionId)
    .orderBy("broker_packet.turn")
    .execute();
  return rows.map(({ packet_id: packetId, turn, delivery_id: delivery, state }) => ({
    ...{ packetId, turn, delivery, isSettled: state !== "queued" },
  }));
}
