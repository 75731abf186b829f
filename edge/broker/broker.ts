import { createServer, type Server, type Socket } from "node:net";
import type { Logger } from "@logtape/logtape";
import { Aedes, type AuthenticateError, type Client } from "aedes";
import type { Clock } from "../../protocol/clock.ts";
import type { DeviceConfig } from "../../protocol/config/device-config.ts";
import { maySubscribe } from "../../protocol/topics/acl.ts";
import { formatTopic, type Topic } from "../../protocol/topics/topics.ts";
import { MINUTE } from "../../protocol/units.ts";
import type { Devices } from "../devices/devices.ts";
import type { GroupCommit } from "../telemetry/group-commit.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import { Inbox, type Taken } from "./inbox.ts";
import { PacketSizeWatch } from "./packet-size.ts";
import { Presence } from "./presence.ts";

/**
 * The MQTT broker of the site, on aedes: who may connect, what they may say, and that it is durable before it is
 * acknowledged.
 *
 * Promises: a device publishes and subscribes below its own prefix only; a PUBACK means the message's meaning is on
 * disk; whatever one device sends, the others are served. It never decides what a message means for the cloud: that
 * is with `edge/devices` and `edge/telemetry`.
 */
export interface Broker extends AsyncDisposable {
  /** Starts to listen. Gives the port, which the system chose when 0 was asked for. */
  start(): Promise<number>;
  stop(): Promise<void>;
  /** Publishes something of the gateway's to a device. Resolves when the broker has it. */
  publishToDevice(topic: Topic, payload: string, options?: { retain?: boolean }): Promise<void>;
  /** Ends the connections of devices that have been removed meanwhile. */
  dropRemoved(): void;
  /** How many clients are connected. */
  readonly connections: number;
}

export interface BrokerOptions {
  host: string;
  port: number;
  /** Largest MQTT packet body taken, in bytes: topic and payload together. */
  maxPayloadBytes: number;
  maxConnections: number;
}

export interface BrokerParts {
  devices: Devices;
  telemetry: Telemetry;
  commit: GroupCommit;
  clock: Clock;
  log: Logger;
  reported(device: string, config: DeviceConfig): void;
}

export async function createBroker(options: BrokerOptions, parts: BrokerParts): Promise<Broker> {
  // aedes's own queue to a subscriber; the limits of a whole fleet come with its durable sessions.
  const aedes = await Aedes.createBroker({
    connectTimeout: 10_000,
    keepaliveLimit: 0,
    // MQTT 3.1 allows 23 characters, but the device's name is put before them.
    maxClientsIdLength: 65_535,
  });
  return new SiteBroker(options, parts, aedes);
}

/** MQTT's return code for a refused CONNECT: bad user name or password (3.1.1 section 3.2.2.3). */
const BAD_USER_NAME_OR_PASSWORD = 4;
/** Of a socket whose other end may have lost power, ms. A keepalive of MQTT's own is up to the device. */
const TCP_KEEPALIVE_MS = MINUTE;
/** Beside the payload a PUBLISH carries its topic (at most 65,535 bytes) and a packet id. */
const PACKET_OVERHEAD_BYTES = 256;

/** The credentials a client came with: a device that was removed and added again is not who it was. */
interface LogIn {
  device: string;
  createdMs: number;
}

class SiteBroker implements Broker {
  readonly #options: BrokerOptions;
  readonly #parts: BrokerParts;
  readonly #aedes: Aedes;
  readonly #presence: Presence;
  readonly #inbox: Inbox;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** The device behind each client that gave the right password. */
  readonly #logIns = new WeakMap<Client, LogIn>();
  readonly #connected = new Map<Client, LogIn>();

  constructor(options: BrokerOptions, parts: BrokerParts, aedes: Aedes) {
    this.#options = options;
    this.#parts = parts;
    this.#aedes = aedes;
    this.#presence = new Presence(parts);
    this.#inbox = new Inbox({ ...parts, presence: this.#presence });
    this.#server = createServer((socket) => this.#accept(socket));
  }

  get connections(): number {
    return this.#connected.size;
  }

  async start(): Promise<number> {
    this.#hook();
    this.#presence.start();
    const { host, port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, resolve);
    });
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : port;
  }

  async stop(): Promise<void> {
    this.#presence.stop();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#aedes.close(resolve));
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  publishToDevice(topic: Topic, payload: string, options: { retain?: boolean } = {}): Promise<void> {
    const packet = {
      cmd: "publish",
      topic: formatTopic(topic),
      payload: Buffer.from(payload),
      qos: 1,
      retain: options.retain ?? false,
      dup: false,
    } as const;
    return new Promise((resolve, reject) => {
      this.#aedes.publish(packet, (error) => (error ? reject(error) : resolve()));
    });
  }

  dropRemoved(): void {
    for (const [client, { device, createdMs }] of this.#connected) {
      if (this.#parts.devices.get(device)?.createdMs === createdMs) continue;
      this.#end(client, "the device was removed");
    }
  }

  #accept(socket: Socket): void {
    const { maxConnections, maxPayloadBytes } = this.#options;
    if (this.#sockets.size >= maxConnections) {
      this.#parts.log.warn("a connection was refused: mqtt.max-connections is reached", { maxConnections });
      socket.destroy();
      return;
    }
    socket.setNoDelay(true);
    socket.setKeepAlive(true, TCP_KEEPALIVE_MS);
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    const client = this.#aedes.handle(socket);
    const size = new PacketSizeWatch(maxPayloadBytes + PACKET_OVERHEAD_BYTES);
    // aedes reads the socket itself; this listener sees the same bytes as they are read.
    socket.on("data", (bytes: Buffer) => {
      const announced = size.take(bytes);
      if (announced !== null) this.#tooLarge(client, announced);
    });
  }

  #hook(): void {
    const aedes = this.#aedes;
    // aedes keeps sessions by client id alone: without the name before it one device could end another's connection,
    // or take over its session, by giving its client id. An empty one stays empty: aedes makes one up.
    aedes.preConnect = (_client, packet, done) => {
      if (packet.clientId !== "") packet.clientId = `${packet.username ?? ""}/${packet.clientId}`;
      done(null, true);
    };
    aedes.authenticate = (client, username, password, done) => {
      const given = password === undefined ? "" : Buffer.from(password).toString();
      const device = this.#parts.devices.get(username ?? "");
      if (this.#parts.devices.authenticate(username ?? "", given) && device !== null) {
        this.#logIns.set(client, { device: device.key, createdMs: device.createdMs });
        done(null, true);
        return;
      }
      this.#parts.log.info("a log-in was refused: MQTT user name or password is wrong", { username });
      const error = new Error("bad user name or password") as AuthenticateError;
      done(Object.assign(error, { returnCode: BAD_USER_NAME_OR_PASSWORD }), null);
    };
    aedes.authorizePublish = (client, packet, done) => {
      const device = client === null ? undefined : this.#deviceOf(client);
      if (device === undefined) {
        done(client === null ? null : new Error("not logged in"));
        return;
      }
      this.#inbox.take(device, packet.topic, Buffer.from(packet.payload)).then(
        (taken) => {
          // What nobody could read is not kept for whoever subscribes later.
          if (taken.outcome === "kept-out") packet.retain = false;
          done(this.#refusal(device, taken));
        },
        (error: unknown) => {
          // Not stored, so not acknowledged: closing makes the device come again with it.
          this.#parts.log.error("a message could not be stored and was not acknowledged", { device, error });
          done(error instanceof Error ? error : new Error(String(error)));
        },
      );
    };
    aedes.authorizeSubscribe = (client, subscription, done) => {
      const device = this.#deviceOf(client);
      const allowed = device !== undefined && maySubscribe(device, subscription.topic);
      if (!allowed)
        this.#parts.log.info("a subscription was refused", { device, filter: subscription.topic });
      done(null, allowed ? subscription : null);
    };
    // A SUBSCRIBE is stored with all its filters when one of them is allowed, and what is stored is queued for.
    aedes.authorizeForward = (client, packet) => {
      const device = this.#deviceOf(client);
      return device !== undefined && maySubscribe(device, packet.topic) ? packet : null;
    };
    aedes.on("clientReady", (client) => {
      const logIn = this.#logIns.get(client);
      if (logIn === undefined) return;
      this.#connected.set(client, logIn);
      this.#presence.connected(logIn.device);
    });
    aedes.on("clientDisconnect", (client) => {
      const logIn = this.#connected.get(client);
      this.#connected.delete(client);
      if (logIn !== undefined) this.#presence.disconnected(logIn.device, "connection closed");
    });
    aedes.on("clientError", (client, error) => {
      this.#parts.log.debug("a client was disconnected", { device: this.#deviceOf(client), error });
    });
    aedes.on("connectionError", (_client, error) => {
      this.#parts.log.debug("a connection ended before it was a client", { error });
    });
  }

  #deviceOf(client: Client): string | undefined {
    return this.#logIns.get(client)?.device;
  }

  #refusal(device: string, taken: Taken): Error | null {
    if (taken.outcome !== "refused") return null;
    this.#parts.log.info("a message was refused and the connection closed", { device, reason: taken.reason });
    return new Error(taken.reason);
  }

  #tooLarge(client: Client, announced: number): void {
    const device = this.#deviceOf(client);
    const detail = Number.isFinite(announced)
      ? `a packet of ${announced} bytes; mqtt.max-payload-bytes is ${this.#options.maxPayloadBytes}`
      : "a packet with a malformed length";
    if (device !== undefined) {
      const refusal = { code: "payload.too-large", detail } as const;
      this.#parts.commit
        .run(() => this.#parts.devices.reject(device, "", refusal, new Uint8Array()))
        .catch((error: unknown) => this.#parts.log.warn("a refused packet was not noted", { device, error }));
    }
    this.#end(client, detail);
  }

  #end(client: Client, reason: string): void {
    this.#parts.log.info("a connection was closed", { device: this.#deviceOf(client), reason });
    client.conn.destroy();
  }
}
