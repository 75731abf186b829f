import { filterMatches } from "../../../protocol/topics/filter.ts";
import { devicePrefix } from "../../../protocol/topics/topics.ts";
import type { EdgeDatabase } from "../../database/database.ts";
import type { Permissions } from "../permissions.ts";

/** What a client asked for; fields beyond the QoS are MQTT 5's, which aedes hands through. */
export interface Subscription {
  topic: string;
  qos: number;
  rh?: number;
  rap?: boolean;
  nl?: boolean;
  subscriptionIdentifier?: number;
}
export type Options = Omit<Subscription, "topic">;

/**
 * The subscriptions of durable sessions: in the database, and in memory by device, because every message asks who wants
 * it. A client has the subscriptions that its device may have, whatever aedes would store for it.
 */
export class Subscriptions {
  readonly #db: EdgeDatabase;
  readonly #byClient = new Map<string, Map<string, Options>>();
  /** Clients by the device they log in as; those without one under "". */
  readonly #clients = new Map<string, Set<string>>();
  /** Those with a filter that is not below their device's own prefix. */
  readonly #beyond = new Set<string>();
  readonly #permissions: Permissions;

  constructor(db: EdgeDatabase, permissions: Permissions) {
    this.#db = db;
    this.#permissions = permissions;
  }

  start(): void {
    const rows = this.#db.sqlite
      .query<{ client: string; filter: string; options: string }, []>(
        "SELECT client, filter, options FROM mqtt_subscription ORDER BY client, filter",
      )
      .all();
    for (const { client, filter, options } of rows) this.#set(client, filter, JSON.parse(options) as Options);
  }

  /** Every client with its filters. */
  *all(): Generator<{ client: string; filter: string }> {
    for (const [client, filters] of this.#byClient)
      for (const filter of filters.keys()) yield { client, filter };
  }

  /** To be run in a transaction. */
  add(client: string, subscriptions: readonly Subscription[]): void {
    for (const { topic, qos, rh, rap, nl, subscriptionIdentifier } of subscriptions) {
      const device = deviceOf(client);
      if (device !== "" && !this.#permissions.maySubscribe(device, topic)) continue;
      const options: Options = {
        ...({ qos, rh, rap, nl } as Options),
        ...(subscriptionIdentifier === undefined ? {} : { subscriptionIdentifier }),
      };
      this.#set(client, topic, options);
      this.#db.sqlite
        .query("INSERT OR REPLACE INTO mqtt_subscription (client, filter, options) VALUES (?, ?, ?)")
        .run(client, topic, JSON.stringify(options));
    }
  }

  /** To be run in a transaction. */
  remove(client: string, filters: readonly string[]): void {
    const kept = this.#byClient.get(client);
    if (kept === undefined) return;
    for (const filter of filters) {
      kept.delete(filter);
      this.#db.sqlite
        .query("DELETE FROM mqtt_subscription WHERE client = ? AND filter = ?")
        .run(client, filter);
    }
    if (kept.size === 0) this.#forget(client);
  }

  /** To be run in a transaction. */
  clear(client: string): void {
    this.#forget(client);
    this.#db.sqlite.query("DELETE FROM mqtt_subscription WHERE client = ?").run(client);
  }

  of(client: string): Subscription[] {
    return [...(this.#byClient.get(client) ?? [])].map(([topic, options]) => ({ topic, ...options }));
  }

  /** Clients that want a message of this topic queued: QoS 0 is never queued. Wildcards come first. */
  matching(topic: string): (Subscription & { clientId: string })[] {
    const found: (Subscription & { clientId: string })[] = [];
    for (const client of this.#mayWant(topic)) {
      const device = deviceOf(client);
      if (device !== "" && !this.#permissions.mayHear(device, topic)) continue;
      for (const [filter, options] of this.#byClient.get(client) ?? []) {
        if (options.qos === 0 || !filterMatches(filter, topic)) continue;
        const { subscriptionIdentifier: _, ...rest } = options;
        found.push({ clientId: client, topic: filter, ...rest });
      }
    }
    if (found.length < 2) return found;
    return found.sort((a, b) => Number(isPlain(a.topic)) - Number(isPlain(b.topic)));
  }

  /** Of most messages the clients of the device whose topic it is, and nobody else. */
  #mayWant(topic: string): ReadonlySet<string> {
    const own = this.#clients.get(topic.split("/", 2)[1] ?? "") ?? NOBODY;
    const nameless = this.#clients.get("") ?? NOBODY;
    if (nameless.size + this.#beyond.size === 0) return own;
    return new Set([...own, ...nameless, ...this.#beyond]);
  }

  clientsOf(filter: string): string[] {
    return [...this.#byClient].filter(([, filters]) => filters.has(filter)).map(([client]) => client);
  }

  count(): { subsCount: number; clientsCount: number } {
    let subsCount = 0;
    for (const filters of this.#byClient.values())
      for (const { qos } of filters.values()) if (qos > 0) subsCount += 1;
    return { subsCount, clientsCount: this.#byClient.size };
  }

  #set(client: string, filter: string, options: Options): void {
    const filters = this.#byClient.get(client) ?? new Map<string, Options>();
    filters.set(filter, options);
    this.#byClient.set(client, filters);
    const device = deviceOf(client);
    const clients = this.#clients.get(device) ?? new Set();
    clients.add(client);
    this.#clients.set(device, clients);
    if (device !== "" && !filter.startsWith(devicePrefix(device))) this.#beyond.add(client);
  }

  #forget(client: string): void {
    this.#byClient.delete(client);
    this.#beyond.delete(client);
    const device = deviceOf(client);
    const clients = this.#clients.get(device);
    clients?.delete(client);
    if (clients?.size === 0) this.#clients.delete(device);
  }
}

const NOBODY: ReadonlySet<string> = new Set();

/** The device of a client id `<device>/<client id>`; "" for one without. */
export function deviceOf(client: string): string {
  const slash = client.indexOf("/");
  return slash < 0 ? "" : client.slice(0, slash);
}

const isPlain = (filter: string): boolean => !/[+#]/.test(filter);
