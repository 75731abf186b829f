import { createServer, type Server } from "node:net";
import { Aedes } from "aedes";
import type { BrokerAddress } from "../broker-address.ts";

export interface HeardMessage {
  topic: string;
  text: string;
  retain: boolean;
}

/** A plain MQTT broker on a port of its own, that knows every device by the password `of <device>`. */
export class TestBroker implements AsyncDisposable {
  readonly heard: HeardMessage[] = [];
  /** Devices that it does not let in. */
  readonly refused = new Set<string>();
  /** Whether it takes messages without ever acknowledging them. */
  hung = false;
  /** Who is let in. */
  knows = (user: string, password: string): boolean => password === `of ${user}`;
  port = 0;
  #aedes: Aedes | null = null;
  #server: Server | null = null;

  static async start(): Promise<TestBroker> {
    const broker = new TestBroker();
    await broker.start();
    return broker;
  }

  get address(): BrokerAddress {
    return { protocol: "mqtt", host: "127.0.0.1", port: this.port };
  }

  get clients(): number {
    return this.#aedes?.connectedClients ?? 0;
  }

  /** Takes connections, on the same port as before if there was one. */
  async start(): Promise<void> {
    const aedes = await Aedes.createBroker();
    aedes.authenticate = (_client, username, password, done) =>
      done(null, this.knows(username ?? "", password?.toString() ?? "") && !this.refused.has(username ?? ""));
    aedes.authorizePublish = (_client, _packet, done) => {
      if (!this.hung) done(null);
    };
    aedes.on("publish", ({ topic, payload, retain }, client) => {
      if (client !== null) this.heard.push({ topic, text: payload.toString(), retain });
    });
    const server = createServer(aedes.handle);
    await new Promise<void>((resolve) => server.listen(this.port, "127.0.0.1", resolve));
    this.port = (server.address() as { port: number }).port;
    this.#aedes = aedes;
    this.#server = server;
  }

  /** Breaks every connection and takes no more. */
  async stop(): Promise<void> {
    const aedes = this.#aedes;
    const server = this.#server;
    if (aedes === null || server === null) return;
    this.#aedes = null;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      aedes.close();
    });
  }

  /** The texts that were published on a topic. */
  on(topic: string): string[] {
    return this.heard.filter((message) => message.topic === topic).map(({ text }) => text);
  }

  send(topic: string, text: string): void {
    this.#aedes?.publish(
      { cmd: "publish", topic, payload: text, qos: 1, retain: true, dup: false },
      () => undefined,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** Passwords as this broker knows them. */
export function passwordsOf(keys: readonly string[]): Map<string, string> {
  return new Map(keys.map((key) => [key, `of ${key}`]));
}

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await Bun.sleep(2);
}
