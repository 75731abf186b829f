import { Database } from "bun:sqlite";
import { join } from "node:path";
import mqtt, { type MqttClient } from "mqtt";
import { decodeChunk } from "../../protocol/chunks/chunk.ts";
import { formatTopic } from "../../protocol/topics/topics.ts";
import { type DeviceCredential, until } from "./stack.ts";

/** What a device was promised: the judge of every drill. */
export interface Ledger {
  readonly key: string;
  readonly acknowledged: ReadonlySet<number>;
  /** Numbers below it were at least put on the line. */
  readonly sent: number;
}

/**
 * A device that numbers its readings and keeps the ledger of what happened to each: `acknowledged` got its PUBACK,
 * `sent` was at least put on the line. It never sends a number twice, so that whatever is in the cloud twice was
 * doubled by us.
 */
export class LedgerDevice implements Ledger, AsyncDisposable {
  readonly acknowledged = new Set<number>();
  sent = 0;
  readonly #port: number;
  readonly #credential: DeviceCredential;
  readonly #reading: (number: number) => object;
  #client: MqttClient | null = null;
  #stopped = false;
  #loop: Promise<void> | null = null;

  /** `reading` makes what is published; it must have the number as `n`. */
  constructor(
    port: number,
    credential: DeviceCredential,
    reading: (number: number) => object = (n) => ({ n }),
  ) {
    this.#port = port;
    this.#credential = credential;
    this.#reading = reading;
  }

  get key(): string {
    return this.#credential.device;
  }

  /** Publishes as fast as acknowledgements come, `window` at a time, until paused; reconnects by itself. */
  start(window: number): void {
    this.#stopped = false;
    this.#loop = this.#run(window);
  }

  async #run(window: number): Promise<void> {
    while (!this.#stopped) {
      const client = mqtt.connect({
        host: "127.0.0.1",
        port: this.#port,
        protocol: "mqtt",
        username: this.#credential.username,
        password: this.#credential.password,
        clientId: `ledger-${this.#credential.device}`,
        clean: true,
        reconnectPeriod: 0,
        connectTimeout: 2_000,
      });
      this.#client = client;
      await new Promise<void>((ended) => {
        client.on("connect", () => {
          for (let lane = 0; lane < window; lane += 1) this.#publishNext(client);
        });
        client.on("error", () => client.end(true));
        client.on("close", () => {
          client.end(true);
          ended();
        });
      });
      await Bun.sleep(20);
    }
  }

  #publishNext(client: MqttClient): void {
    if (this.#stopped || !client.connected) return;
    const number = this.sent;
    this.sent += 1;
    const topic = formatTopic({ channel: "telemetry", device: this.#credential.device });
    client.publish(topic, JSON.stringify(this.#reading(number)), { qos: 1 }, (error) => {
      if (error) return;
      this.acknowledged.add(number);
      this.#publishNext(client);
    });
  }

  /** Publishes no more, waits until everything was answered, and goes away: then what was sent was acknowledged. */
  async drain(): Promise<void> {
    this.#stopped = true;
    await until("everything sent to be acknowledged", () => this.acknowledged.size === this.sent, 30_000);
    await this.pause();
  }

  /** Goes away until it is started again. */
  async pause(): Promise<void> {
    this.#stopped = true;
    this.#client?.end(true);
    await this.#loop;
  }

  stop(): Promise<void> {
    return this.pause();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** What the ledger says of what the cloud holds. */
export interface Verdict {
  acknowledged: number;
  stored: number;
  missing: number[];
  doubled: number[];
  invented: number[];
}

/** Every number the cloud holds of a device, from the bytes at rest, in the order of arrival. */
export function storedNumbers(cloudDirectory: string, device: string): number[] {
  using database = new Database(join(cloudDirectory, "cloud.db"), { readonly: true });
  const rows = database
    .query<{ bytes: Uint8Array }, [string]>(
      "SELECT chunk.bytes FROM chunk JOIN device ON device.id = chunk.device_id WHERE device.key = ? ORDER BY chunk.id",
    )
    .all(device);
  return rows.flatMap(({ bytes }) => {
    const chunk = decodeChunk(bytes, { compress: Bun.zstdCompressSync, decompress: Bun.zstdDecompressSync });
    if (!chunk.ok) throw new Error(chunk.refusal.detail);
    return chunk.value.readings.map((reading) => Number(reading.values.n));
  });
}

/** Compares the ledger with what is stored. */
export function judge(device: Ledger, stored: number[]): Verdict {
  const counts = new Map<number, number>();
  for (const number of stored) counts.set(number, (counts.get(number) ?? 0) + 1);
  return {
    acknowledged: device.acknowledged.size,
    stored: stored.length,
    missing: [...device.acknowledged].filter((number) => !counts.has(number)),
    doubled: [...counts].filter(([, count]) => count > 1).map(([number]) => number),
    invented: [...counts.keys()].filter((number) => number >= device.sent),
  };
}
