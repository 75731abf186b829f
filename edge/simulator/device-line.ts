import type { Logger } from "@logtape/logtape";
import mqtt, { type MqttClient } from "mqtt";
import type { Clock } from "../../protocol/clock.ts";
import { firmwareParts, formatTopic, type Topic } from "../../protocol/topics/topics.ts";
import { SECOND } from "../../protocol/units.ts";
import type { BrokerAddress } from "./broker-address.ts";
import type { Outlet } from "./outlet.ts";
import type { Progress } from "./progress.ts";

export interface DeviceLineParts {
  key: string;
  broker: BrokerAddress;
  /** Absent: its key. */
  user?: string;
  password: string;
  /** Delay between two attempts to connect, ms, above a second: apart from all others. */
  offsetMs: number;
  clock: Clock;
  progress: Progress;
  log: Logger;
}

/** What the device wants to hear of its line. */
export interface LineListener {
  connected(): void;
  hear(topic: string, payload: Uint8Array): void;
}

const KEEPALIVE_SECONDS = 30;
/** A broker that takes longer is not there. */
const CONNECT_TIMEOUT_MS = 10 * SECOND;
/** A goodbye may take so long before the device just goes, and its last will speaks for it. */
const GOODBYE_MS = 2 * SECOND;
/** Messages kept for when the line is up again, at most; of more the oldest are lost. */
const KEPT_MAX = 1_000;
/** What the edge sends to a device, below its prefix. */
const HEARD = ["config-desired", "notification"] as const;

interface Message {
  topic: Topic;
  text: string;
  retain: boolean;
}

/** One device's connection to its broker over MQTT. */
export class DeviceLine implements Outlet {
  readonly #parts: DeviceLineParts;
  #listener: LineListener | null = null;
  #client: MqttClient | null = null;
  #online = false;
  #kept: Message[] = [];

  constructor(parts: DeviceLineParts) {
    this.#parts = parts;
  }

  /** Who is told of the line from now on. */
  attach(listener: LineListener): void {
    this.#listener = listener;
  }

  get up(): boolean {
    return this.#online && this.#client?.connected === true;
  }

  open(atOnce: boolean): void {
    if (this.#client !== null) return;
    const { key, broker, user = key, password, offsetMs } = this.#parts;
    const client = mqtt.connect({
      ...broker,
      clientId: `simulated-${key}`,
      username: user,
      password,
      protocolVersion: 4,
      keepalive: KEEPALIVE_SECONDS,
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectPeriod: SECOND + (atOnce ? 0 : offsetMs),
      // Its credentials may be made while it runs.
      reconnectOnConnackError: true,
      resubscribe: false,
      will: { topic: this.#name("status"), payload: Buffer.from("offline"), qos: 1, retain: true },
    });
    this.#client = client;
    // Of a client that was left for another nothing counts any more.
    const current = (run: () => void) => {
      if (this.#client === client) run();
    };
    client.on("connect", () => current(() => this.#connected(client)));
    client.on("close", () => current(() => this.#closed()));
    client.on("error", (error) => current(() => this.#failed(error)));
    client.on("message", (topic, payload) => current(() => this.#listener?.hear(topic, payload)));
  }

  leave(): void {
    void this.end();
  }

  cut(): void {
    const client = this.#take();
    void client?.endAsync(true).catch(() => undefined);
  }

  publish(topic: Topic, text: string, { retain = false, keep = false } = {}): void {
    if (this.up) this.#send({ topic, text, retain });
    else if (keep) {
      this.#kept.push({ topic, text, retain });
      if (this.#kept.length > KEPT_MAX) this.#kept.shift();
    }
  }

  /** Says that the device goes offline, and goes; resolves when it has gone. */
  async end(): Promise<void> {
    const wasUp = this.up;
    const client = this.#take();
    if (client === null) return;
    if (wasUp) {
      const goodbye = client.publishAsync(this.#name("status"), "offline", { qos: 1, retain: true });
      await this.#within(
        GOODBYE_MS,
        goodbye.then(() => client.endAsync()),
      );
    }
    await client.endAsync(true).catch(() => undefined);
  }

  /** The client, which is the line's no more. */
  #take(): MqttClient | null {
    const client = this.#client;
    this.#client = null;
    this.#closed();
    // Whatever becomes of it now is nobody's concern, but an error that nobody hears would end the program.
    client?.on("error", () => undefined);
    return client;
  }

  #connected(client: MqttClient): void {
    const { progress, key } = this.#parts;
    if (!this.#online) progress.connected += 1;
    this.#online = true;
    const filters = HEARD.map((channel) => this.#name(channel));
    // The execution is whatever the edge calls it.
    const commands = formatTopic({ channel: "command", device: key, execution: "+" });
    client.subscribe([...filters, firmwareParts(key), commands], { qos: 1 });
    this.#listener?.connected();
    const kept = this.#kept;
    this.#kept = [];
    for (const message of kept) this.#send(message);
  }

  /** mqtt.js says "close" of an attempt that never connected, too. */
  #closed(): void {
    if (this.#online) this.#parts.progress.connected -= 1;
    this.#online = false;
  }

  #failed(error: Error): void {
    const { progress, key, log } = this.#parts;
    progress.trouble = `${key}: ${error.message}`;
    log.debug("a simulated device cannot connect", { device: key, error });
  }

  #send({ topic, text, retain }: Message): void {
    this.#client?.publish(formatTopic(topic), text, { qos: 1, retain }, (error) => {
      if (!error) this.#parts.progress.published += 1;
    });
  }

  #name(channel: "status" | (typeof HEARD)[number]): string {
    return formatTopic({ channel, device: this.#parts.key });
  }

  async #within(limitMs: number, work: Promise<unknown>): Promise<void> {
    const late = Promise.withResolvers<void>();
    const cancel = this.#parts.clock.after(limitMs, late.resolve);
    await Promise.race([work.catch(() => undefined), late.promise]);
    cancel();
  }
}
