import {
  connectAsync,
  type DoneCallback,
  type IClientOptions,
  type IClientPublishOptions,
  type MqttClient,
  type Packet,
  type PacketCallback,
  Store,
} from "mqtt";
import type { Clock } from "../../../protocol/clock.ts";
import {
  type Outcome,
  refused,
  retryable,
  sent,
  throttled,
} from "../../../protocol/notifications/outcome.ts";
import { SECOND } from "../../../protocol/units.ts";
import { hostOf } from "../../outbound/outbound.ts";
import { ofFault, reasonOf, THROTTLED_MS } from "./fates.ts";
import type { MqttCredentials } from "./mqtt.ts";
import type { PlatformParts } from "./platform.ts";

/** Topics of a broker elsewhere (mqtt.js): one connection, made when it is needed, and again after it broke. */

const TIMEOUT_MS = 15 * SECOND;

/** Reason codes of MQTT 5 (section 2.4) and return codes of 3.1.1 (section 3.2.2.3). */
const QUOTA_EXCEEDED = 0x97;
/** Those that say something of the broker as it is now, and not of the message or the credentials. */
const PASSING = new Set([3, 0x80, 0x83, 0x88, 0x89, 0x9c, 0x9f]);

export class ExternalBroker {
  readonly #credentials: MqttCredentials;
  readonly #parts: PlatformParts;
  /** The one that is there. */
  #connection: Connection | null = null;
  /** The one that is there or is being made. */
  #connecting: Promise<Connection> | null = null;

  constructor(given: MqttCredentials, parts: PlatformParts) {
    this.#credentials = given;
    this.#parts = parts;
  }

  /** Sent means that the broker has acknowledged it. Never rejects. */
  publish(topic: string, payload: string, leftSeconds: number): Promise<Outcome> {
    const v5 = this.#credentials.version === "5";
    const properties = v5 && leftSeconds > 0 ? { properties: { messageExpiryInterval: leftSeconds } } : {};
    const options: IClientPublishOptions = { qos: 1, ...properties };
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const done = (error: Error | null): void => resolve(error === null ? sent() : outcomeOf(error));
    if (this.#connection !== null) this.#connection.publish(topic, payload, options, done);
    else this.#connected().then((connection) => connection.publish(topic, payload, options, done), done);
    return promise;
  }

  close(): void {
    const connecting = this.#connecting;
    this.#connecting = null;
    this.#connection = null;
    connecting?.then(({ client }) => client.end(true)).catch(() => undefined);
  }

  #connected(): Promise<Connection> {
    if (this.#connecting !== null) return this.#connecting;
    const mine = this.#connect();
    this.#connecting = mine;
    const forget = (): void => {
      if (this.#connecting !== mine) return;
      this.#connecting = null;
      this.#connection = null;
    };
    mine.then((connection) => {
      if (this.#connecting === mine) this.#connection = connection;
      connection.whenLost(forget);
    }, forget);
    return mine;
  }

  async #connect(): Promise<Connection> {
    const { url, username, password, version } = this.#credentials;
    const target = await this.#parts.outbound.locate(url);
    const secure = url.startsWith("mqtts:");
    const { authority } = this.#parts.hosts;
    const options: IClientOptions = {
      protocol: secure ? "mqtts" : "mqtt",
      host: target.address,
      port: Number(url.slice(url.lastIndexOf(":") + 1)),
      ...(secure ? { servername: hostOf(target.url) } : {}),
      ...(target.isAllowed && authority !== null ? { ca: authority } : {}),
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      protocolVersion: version === "5" ? 5 : 4,
      clientId: `homepot-${Buffer.from(this.#parts.random.bytes(8)).toString("hex")}`,
      connectTimeout: TIMEOUT_MS,
      // A new connection looks the name up again; whoever sends decides when.
      reconnectPeriod: 0,
      ...light(),
    };
    const client = await connectAsync(options);
    return new Connection(client, this.#parts.clock);
  }
}

function outcomeOf(error: Error): Outcome {
  const code = (error as { code?: unknown }).code;
  if (typeof code !== "number") return ofFault(error);
  const reason = `the broker answered 0x${code.toString(16)}: ${reasonOf(error)}`;
  if (code === QUOTA_EXCEEDED) return throttled(reason, THROTTLED_MS);
  return PASSING.has(code) ? retryable(reason) : refused(reason);
}

/** What is owed is known here, and is never sent again on another connection: the library need not keep it, too. */
class KeepsNothing extends Store {
  override put(_packet: Packet, done: DoneCallback): this {
    done();
    return this;
  }

  override del(packet: Packet, done: PacketCallback): this {
    done(undefined, packet);
    return this;
  }
}

/** Of what a message costs in the library a third is for these: notes of what it does, a timer a message, and what it keeps. */
const light = (): IClientOptions => ({
  log: () => undefined,
  reschedulePings: false,
  outgoingStore: new KeepsNothing(),
});

interface Owed {
  done: (error: Error | null) => void;
  sinceMs: number;
}

/** A connection that breaks leaves what was published on it without an answer: here it is told. */
class Connection {
  readonly client: MqttClient;
  readonly #clock: Clock;
  /** Not acknowledged yet, in the order in which they were published. */
  readonly #owed = new Set<Owed>();
  #cancelWatch: (() => void) | null = null;
  #lost: () => void = () => undefined;

  constructor(client: MqttClient, clock: Clock) {
    this.client = client;
    this.#clock = clock;
    client.on("error", () => undefined);
    client.once("close", () => {
      this.#cancelWatch?.();
      this.#lost();
      for (const one of [...this.#owed]) this.#settle(one, new Error("the connection to the broker broke"));
    });
  }

  /** `run` when nothing more can be published on it. */
  whenLost(run: () => void): void {
    this.#lost = run;
  }

  /** Calls `done` once: with null when the broker has acknowledged it. */
  publish(
    topic: string,
    payload: string,
    options: IClientPublishOptions,
    done: (error: Error | null) => void,
  ): void {
    const owed: Owed = { done, sinceMs: this.#clock.monotonicMs() };
    this.#owed.add(owed);
    this.#watch();
    this.client.publish(topic, payload, options, (error) => this.#settle(owed, error ?? null));
  }

  #settle(owed: Owed, error: Error | null): void {
    if (this.#owed.delete(owed)) owed.done(error);
  }

  /** One timer for all: the first was published first. */
  #watch(): void {
    const [first] = this.#owed;
    if (this.#cancelWatch !== null || first === undefined) return;
    const delayMs = Math.max(1, first.sinceMs + TIMEOUT_MS - this.#clock.monotonicMs());
    this.#cancelWatch = this.#clock.after(delayMs, () => {
      this.#cancelWatch = null;
      const [oldest] = this.#owed;
      if (oldest === undefined || this.#clock.monotonicMs() - oldest.sinceMs < TIMEOUT_MS) {
        this.#watch();
        return;
      }
      this.#settle(oldest, new Error("the broker did not acknowledge in time"));
      // Who owes one so long owes all.
      this.#lost();
      this.client.end(true);
    });
  }
}
