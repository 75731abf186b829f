import { connectAsync, type IClientOptions, type IClientPublishOptions, type MqttClient } from "mqtt";
import * as v from "valibot";
import type { Clock } from "../../../protocol/clock.ts";
import { accept } from "../../../protocol/errors.ts";
import { deviceNotification } from "../../../protocol/notifications/device-notification.ts";
import type { Message } from "../../../protocol/notifications/message.ts";
import {
  type Outcome,
  refused,
  retryable,
  sent,
  throttled,
} from "../../../protocol/notifications/outcome.ts";
import { DAY, KIB, SECOND } from "../../../protocol/units.ts";
import { hostOf } from "../../outbound/outbound.ts";
import {
  changed,
  leftOut,
  notesOf,
  ofFault,
  reasonOf,
  THROTTLED_MS,
  timeLeft,
  tooLarge,
  utf8Bytes,
} from "./fates.ts";
import type { Handing, Platform, PlatformParts } from "./platform.ts";

/** Devices of the sites through their gateway's broker, and topics of a broker elsewhere (mqtt.js). */

const credentials = v.pipe(
  v.strictObject({
    url: v.pipe(
      v.string("must be a text"),
      v.regex(/^mqtts?:\/\/[^/?#@\s]+:\d{1,5}$/, "must be mqtts://HOST:PORT"),
    ),
    username: v.optional(v.pipe(v.string(), v.maxLength(200))),
    password: v.optional(v.pipe(v.string(), v.maxLength(500))),
    /** 5 tells the broker when a message expires; 3.1.1 cannot. */
    version: v.optional(v.picklist(["3.1.1", "5"], "must be 3.1.1 or 5"), "5"),
  }),
  v.metadata({ ref: "MqttCredentials" }),
);
export type MqttCredentials = v.InferOutput<typeof credentials>;

const limits = { payloadBytes: 64 * KIB, timeToLiveSeconds: (28 * DAY) / SECOND };
const TIMEOUT_MS = 15 * SECOND;

export const mqtt: Platform<"mqtt", MqttCredentials | null> = {
  name: "mqtt",
  limits,
  credentials: v.nullable(credentials),
  describe: (given) => (given === null ? {} : { broker: given.url, version: given.version }),

  notes: (message: Message) =>
    notesOf(message, [
      [
        ({ priority }) => priority !== "normal",
        changed("priority", "told to the device, which decides what it does with it"),
      ],
      [({ windows }) => windows !== "toast", leftOut("windows", "only for Windows")],
    ]),

  payload: (message, id) => deviceNotification(id, message, 0),

  open(given, parts) {
    const broker = given === null ? null : new ExternalBroker(given, parts);
    return accept({ send: (handing) => send(handing, broker, parts), close: () => broker?.close() });
  },
};

async function send(
  handing: Handing<"mqtt">,
  broker: ExternalBroker | null,
  parts: PlatformParts,
): Promise<Outcome> {
  const { id, message, expiresMs, address } = handing;
  const payload = deviceNotification(id, message, expiresMs);
  const large = tooLarge(utf8Bytes(payload), limits.payloadBytes);
  if (large !== null) return large;
  try {
    if (address.topic === undefined) return await parts.toDevice(handing);
    if (broker === null) return refused("there are no credentials for an external MQTT broker");
    return await broker.publish(address.topic, payload, timeLeft(handing, parts.clock, limits));
  } catch (error) {
    return ofFault(error);
  }
}

/** Reason codes of MQTT 5 (section 2.4) and return codes of 3.1.1 (section 3.2.2.3). */
const QUOTA_EXCEEDED = 0x97;
/** Those that say something of the broker as it is now, and not of the message or the credentials. */
const PASSING = new Set([3, 0x80, 0x83, 0x88, 0x89, 0x9c, 0x9f]);

/** One connection, made when it is needed, and again after it broke. */
class ExternalBroker {
  readonly #credentials: MqttCredentials;
  readonly #parts: PlatformParts;
  #client: Promise<Connection> | null = null;

  constructor(given: MqttCredentials, parts: PlatformParts) {
    this.#credentials = given;
    this.#parts = parts;
  }

  /** Sent means that the broker has acknowledged it. */
  async publish(topic: string, payload: string, leftSeconds: number): Promise<Outcome> {
    try {
      const connection = await this.#connected();
      const v5 = this.#credentials.version === "5";
      const properties = v5 && leftSeconds > 0 ? { properties: { messageExpiryInterval: leftSeconds } } : {};
      await connection.publish(topic, payload, { qos: 1, ...properties });
      return sent();
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      if (typeof code !== "number") throw error;
      const reason = `the broker answered 0x${code.toString(16)}: ${reasonOf(error)}`;
      if (code === QUOTA_EXCEEDED) return throttled(reason, THROTTLED_MS);
      return PASSING.has(code) ? retryable(reason) : refused(reason);
    }
  }

  close(): void {
    const client = this.#client;
    this.#client = null;
    client?.then((one) => one.client.end(true)).catch(() => undefined);
  }

  #connected(): Promise<Connection> {
    if (this.#client !== null) return this.#client;
    const mine = this.#connect();
    this.#client = mine;
    const forget = (): void => {
      if (this.#client === mine) this.#client = null;
    };
    mine.then((connection) => connection.whenLost(forget), forget);
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
    };
    const client = await connectAsync(options);
    return new Connection(client, this.#parts.clock);
  }
}

/** A connection that breaks leaves what was published on it without an answer: here it is told. */
class Connection {
  readonly client: MqttClient;
  readonly #clock: Clock;
  readonly #open = new Set<(error: Error) => void>();
  #lost: () => void = () => undefined;

  constructor(client: MqttClient, clock: Clock) {
    this.client = client;
    this.#clock = clock;
    client.on("error", () => undefined);
    client.once("close", () => {
      this.#lost();
      for (const fail of [...this.#open]) fail(new Error("the connection to the broker broke"));
    });
  }

  /** `run` when nothing more can be published on it. */
  whenLost(run: () => void): void {
    this.#lost = run;
  }

  /** Resolves when the broker has acknowledged it. */
  publish(topic: string, payload: string, options: IClientPublishOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      const close = (): void => {
        this.#open.delete(fail);
        cancel();
      };
      const fail = (error: Error): void => {
        close();
        reject(error);
      };
      const cancel = this.#clock.after(TIMEOUT_MS, () => {
        fail(new Error("the broker did not acknowledge in time"));
        // What it owes is kept by the library as long as the connection is there.
        this.#lost();
        this.client.end(true);
      });
      this.#open.add(fail);
      this.client.publish(topic, payload, options, (error) => {
        if (error) fail(error);
        else {
          close();
          resolve();
        }
      });
    });
  }
}
