import type { Transaction } from "kysely";
import { secureRandom, systemClock } from "../../clock/clock.ts";
import type { CloudDatabase } from "../../database/database.ts";
import type { Tables } from "../../database/tables.ts";
import { KeptBrokerSessions } from "../broker-sessions.ts";
import type { BrokerSession } from "../platforms/broker-session.ts";
import type { MqttCredentials } from "../platforms/mqtt.ts";
import { ExternalBroker } from "../platforms/mqtt-broker.ts";
import { platformParts } from "./platform-parts.ts";

/** A service with deliveries to one broker, in what of it matters there; each of its lives ends with a kill. */

const NOTIFICATION = "n";
/** Of the event loop, from an answer to its commit. */
const TURNS = 20;

export async function addNotification(db: CloudDatabase): Promise<void> {
  await db.write((trx) =>
    trx
      .insertInto("notification")
      .values({
        ...{ id: NOTIFICATION, organization_id: "o", name: "Door", spec: "{}", status: "sending" },
        ...{ dedupe_key: null, next_ms: null, created_ms: 0, created_by: null, created_name: "" },
        cancelled_ms: null,
      })
      .execute(),
  );
}

/** Queued, with these ids. */
export async function addDeliveries(db: CloudDatabase, ids: readonly string[]): Promise<void> {
  await db.write(async (trx) => {
    for (const id of ids)
      await trx
        .insertInto("delivery")
        .values({
          ...{ id, organization_id: "o", notification_id: NOTIFICATION, slot_ms: 0, channel: "mqtt" },
          ...{ lane: "mqtt o", urgency: 2, turn: 0, queue: 1, due_ms: 0, state: "queued", reason: null },
          ...{ attempts: 0, recipient_kind: "address", recipient_id: null, recipient_name: "" },
          ...{ address_key: null, endpoint_id: null, address: null, language: null, variables: null },
          ...{ collapse_key: null, created_ms: 0, expires_ms: 0, sent_ms: null, delivered_ms: null },
          ...{ opened_ms: null, dismissed_ms: null, simulated: 0 },
        })
        .execute();
  });
}

export const setState = (trx: Transaction<Tables>, id: string, state: string) =>
  trx.updateTable("delivery").set({ state }).where("id", "=", id).execute();

export interface LifeParts {
  db: CloudDatabase;
  /** Of the organisation whose session it is. */
  organization: string;
  credentials: MqttCredentials;
  topic: string;
  /** Told of what is durable: a packet id (`kept`), or that a delivery is sent (`written`). Whether the process dies then. */
  happened(what: "kept" | "written"): boolean;
}

/** One process, from its start until it is killed. */
export class Life {
  readonly #parts: LifeParts;
  #broker: ExternalBroker | null = null;
  #isDead = false;

  constructor(parts: LifeParts) {
    this.#parts = parts;
  }

  /** Resolves when it has tried all that is queued once. */
  async run(): Promise<void> {
    const { db, topic } = this.#parts;
    const broker = await this.#open();
    broker.resume();
    const queued = await db.read
      .selectFrom("delivery")
      .select("id")
      .where("state", "=", "queued")
      .where("id", "like", `${topic}-%`)
      .execute();
    await Promise.all(queued.map(({ id }) => this.#hand(broker, id)));
  }

  /** What it is in the middle of has no effect any more. The connection is cut by who kills it. */
  kill(): void {
    this.#isDead = true;
  }

  close(): void {
    this.#broker?.close();
  }

  async #hand(broker: ExternalBroker, id: string): Promise<void> {
    const { db, topic, happened } = this.#parts;
    const { outcome } = await broker.publish(id, { topic, payload: id, leftSeconds: 60 });
    // What others write is before it: whatever does not wait for the commit comes first.
    for (let turns = 0; turns < TURNS; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    if (this.#isDead || outcome !== "sent") return;
    await db.write((trx) => setState(trx, id, "sent"));
    if (this.#isDead || happened("written")) return;
    broker.written([id]);
  }

  async #open(): Promise<ExternalBroker> {
    const { db, organization, credentials, happened } = this.#parts;
    const kept = new KeptBrokerSessions(db, systemClock, secureRandom).of(organization);
    const parts = await platformParts({ allowed: [credentials.url] });
    const unlessDead = (): void => {
      if (this.#isDead) throw new Error("killed");
    };
    const open = async (broker: string): Promise<BrokerSession> => {
      const session = await kept.open(broker);
      const { clientId, left, end } = session;
      return {
        ...{ clientId, left, end },
        async keep(packets) {
          unlessDead();
          await session.keep(packets);
          if (happened("kept")) throw new Error("killed");
        },
        settledOf: (deliveries) => session.settledOf(deliveries),
        clear: () => session.clear(),
        countRepeated: (messages) => session.countRepeated(messages),
      };
    };
    const locate = (url: string) => {
      unlessDead();
      return parts.outbound.locate(url);
    };
    const outbound = { ...parts.outbound, locate };
    this.#broker = new ExternalBroker(credentials, { ...parts, outbound, sessions: { open } });
    return this.#broker;
  }
}
