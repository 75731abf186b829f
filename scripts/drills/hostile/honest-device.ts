import mqtt, { type MqttClient } from "mqtt";
import { formatTopic } from "../../../protocol/topics/topics.ts";
import type { Ledger } from "../../e2e/ledger.ts";
import type { DeviceCredential } from "../../e2e/stack.ts";

const EVERY_MS = 10;

/** A device that publishes at a steady rate, whatever the others do, and notes how long each PUBACK took. */
export class HonestDevice implements Ledger, AsyncDisposable {
  readonly key: string;
  readonly acknowledged = new Set<number>();
  sent = 0;
  /** Times its connection was lost. */
  lost = 0;
  readonly #client: MqttClient;
  readonly #topic: string;
  readonly #sentMs = new Map<number, number>();
  #latencies: number[] = [];
  #timer: Timer | null = null;

  private constructor(client: MqttClient, key: string) {
    this.#client = client;
    this.key = key;
    this.#topic = formatTopic({ channel: "telemetry", device: key });
  }

  static async start(port: number, { device, username, password }: DeviceCredential): Promise<HonestDevice> {
    const client = await mqtt.connectAsync({
      host: "127.0.0.1",
      port,
      protocol: "mqtt",
      username,
      password,
      clientId: "honest",
      reconnectPeriod: 100,
    });
    const honest = new HonestDevice(client, device);
    client.on("close", () => {
      honest.lost += 1;
    });
    client.on("error", () => undefined);
    honest.#timer = setInterval(() => honest.#publish(), EVERY_MS);
    return honest;
  }

  #publish(): void {
    const number = this.sent;
    this.sent += 1;
    this.#sentMs.set(number, performance.now());
    this.#client.publish(this.#topic, JSON.stringify({ n: number }), { qos: 1 }, (error) => {
      if (error) return;
      this.acknowledged.add(number);
      this.#latencies.push(performance.now() - this.#sentMs.get(number)!);
      this.#sentMs.delete(number);
    });
  }

  get connected(): boolean {
    return this.#client.connected;
  }

  /** Messages that are not acknowledged yet. */
  get waiting(): number {
    return this.#sentMs.size;
  }

  /** The p99 in ms since the last call; what still waits counts with how long it has. */
  takeP99(): number {
    const nowMs = performance.now();
    const all = [...this.#latencies, ...[...this.#sentMs.values()].map((sentMs) => nowMs - sentMs)];
    this.#latencies = [];
    all.sort((a, b) => a - b);
    return all[Math.floor(all.length * 0.99)] ?? Number.POSITIVE_INFINITY;
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#client.removeAllListeners("close");
    await this.#client.endAsync(this.#client.connected === false);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#timer !== null) await this.stop();
  }
}
