import type { Logger } from "@logtape/logtape";
import type { Aedes, AuthenticateError, Client } from "aedes";
import type { Clock } from "../../protocol/clock.ts";
import type { DeviceConfig } from "../../protocol/config/device-config.ts";
import type { Refusal } from "../../protocol/errors.ts";
import { formatTopic, type Topic } from "../../protocol/topics/topics.ts";
import { MIB, MINUTE, SECOND } from "../../protocol/units.ts";
import type { EdgeDatabase } from "../database/database.ts";
import type { Devices } from "../devices/devices.ts";
import type { GroupCommit } from "../telemetry/group-commit.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import { type ConductHooks, Inbox } from "./inbox.ts";
import { Interest } from "./interest.ts";
import { clientHears, type JobHooks } from "./job-hooks.ts";
import { createAedes } from "./lean-aedes.ts";
import { DeviceConnections, LogThrottle } from "./limits/limits.ts";
import { hookNotifications, type NotificationHooks } from "./notification-hooks.ts";
import { Numbers } from "./numbers.ts";
import { Permissions } from "./permissions.ts";
import { PERSISTENCE_LIMITS, Persistence } from "./persistence/persistence.ts";
import { Presence } from "./presence.ts";
import { Rhythm } from "./rhythm.ts";
import { ownPacket, type Publishing } from "./session/publish-packet.ts";
import { Received } from "./session/received.ts";
import { Session } from "./session/session.ts";
import type { SessionParts } from "./session/session-parts.ts";
import { Turns } from "./session/turns.ts";
import type { AcceptWire, Listening, Wire, WireEvents } from "./wire/wire.ts";

/**
 * The MQTT broker of the site, on aedes: who may connect, what they may say, and that it is durable before it is
 * acknowledged.
 *
 * Promises: a device publishes and subscribes below its own prefix, and beyond it only where an installer has said so,
 * never in another's name; a PUBACK means the message's meaning is on disk; whatever one device sends, the
 * others are served. It never decides what a message means for the cloud: that is with `edge/devices` and `edge/telemetry`.
 */
export interface Broker extends AsyncDisposable {
  /** Starts to listen. Gives the port, which the system chose when 0 was asked for. */
  start(): Promise<number>;
  stop(): Promise<void>;
  /** Publishes something of the gateway's to a device. Resolves when the broker has it. */
  publishToDevice(topic: Topic, payload: string | Uint8Array, options?: Publishing): Promise<void>;
  /**
   * The same in two steps: what is kept for a device that is away is written in the transaction under way, and what is returned, to
   * be called as soon as that has committed, publishes it without a commit of its own.
   */
  queueForDevice(topic: Topic, payload: string): () => Promise<void>;
  /** Whether a client of this device gets what is published on the topic now. */
  hears(topic: Topic): boolean;
  /** Devices have changed: ends the connections of those that were removed, and goes by what is granted now. */
  devicesChanged(): void;
  /** How many clients are connected. */
  readonly connections: number;
  /** What they were sent and have not read, in bytes. */
  readonly unreadBytes: number;
}

export interface BrokerOptions {
  /** Where clients come in; `start` gives the port of the first. */
  listen: readonly ((accept: AcceptWire) => Promise<Listening>)[];
  /** Largest MQTT packet body taken, in bytes: topic and payload together. */
  maxPayloadBytes: number;
  maxConnections: number;
  limits?: Partial<ClientLimits>;
}

/** What one client, or all of one device, may have at most. */
export interface ClientLimits {
  /** Messages that are not answered, or not released. */
  inflight: number;
  /** Messages queued for a durable session. */
  queued: number;
  unreadBytes: number;
  /** 0 sets no limit. */
  messagesPerSecond: number;
  /** 0 sets no limit. */
  connectionsPerDevice: number;
}

export interface BrokerParts {
  db: EdgeDatabase;
  devices: Devices;
  telemetry: Telemetry;
  commit: GroupCommit;
  clock: Clock;
  log: Logger;
  reported(device: string, config: DeviceConfig): void;
  notifications: NotificationHooks;
  jobs: JobHooks;
  conduct: ConductHooks;
}

export async function createBroker(options: BrokerOptions, parts: BrokerParts): Promise<Broker> {
  const permissions = new Permissions(parts.devices);
  permissions.read();
  const messages = options.limits?.queued ?? PERSISTENCE_LIMITS.messages;
  const persistence = new Persistence({ ...parts, permissions, limits: { ...PERSISTENCE_LIMITS, messages } });
  const aedes = await createAedes(persistence);
  return new SiteBroker(options, { ...parts, permissions }, aedes, persistence);
}

/** MQTT's return code for a refused CONNECT: bad user name or password (3.1.1 section 3.2.2.3). */
const BAD_USER_NAME_OR_PASSWORD = 4;
/** Beside the payload a PUBLISH carries its topic (at most 65,535 bytes) and a packet id. */
const PACKET_OVERHEAD_BYTES = 256;
/** How often sessions are looked at for what has lasted too long. */
const LOOK_EVERY_MS = SECOND;
/** The log says at most so often that the disk does not take what comes. */
const COMPLAIN_EVERY_MS = MINUTE;

const LIMITS = {
  inflight: 1_000,
  messagesPerSecond: 0,
  unreadBytes: MIB,
  unreadForMs: 20 * SECOND,
  connectWithinMs: 10 * SECOND,
};

/** The credentials a client came with: a device that was removed and added again is not who it was. */
interface LogIn {
  device: string;
  createdMs: number;
}

class SiteBroker implements Broker {
  readonly #options: BrokerOptions;
  readonly #parts: BrokerParts & { permissions: Permissions };
  readonly #aedes: Aedes;
  readonly #persistence: Persistence;
  readonly #presence: Presence;
  readonly #rhythm: Rhythm;
  readonly #received: Received;
  readonly #interest = new Interest();
  readonly #numbers = new Numbers();
  readonly #sessionParts: Omit<SessionParts, "open">;
  readonly #sessions = new Set<Session>();
  readonly #sessionOf = new WeakMap<Client, Session>();
  /** The device behind each client that gave the right password. */
  readonly #logIns = new WeakMap<Client, LogIn>();
  readonly #connected = new Map<Client, LogIn>();
  readonly #ofDevice: DeviceConnections<Client>;
  readonly #throttle: LogThrottle;
  #listening: Listening[] = [];
  #cancelLook = (): void => undefined;
  #complainedMs = Number.NEGATIVE_INFINITY;

  constructor(
    options: BrokerOptions,
    parts: BrokerParts & { permissions: Permissions },
    aedes: Aedes,
    persistence: Persistence,
  ) {
    this.#options = options;
    this.#parts = parts;
    this.#aedes = aedes;
    this.#persistence = persistence;
    this.#presence = new Presence(parts);
    this.#rhythm = new Rhythm({ ...parts, presence: this.#presence });
    this.#received = new Received(parts.db);
    this.#ofDevice = new DeviceConnections(options.limits?.connectionsPerDevice ?? 0);
    this.#throttle = new LogThrottle(parts.clock);
    this.#sessionParts = {
      ...parts,
      inbox: new Inbox({ ...parts, presence: this.#presence, rhythm: this.#rhythm }),
      received: this.#received,
      turns: new Turns(() => parts.clock.monotonicMs()),
      throttle: this.#throttle,
      limits: { ...LIMITS, ...options.limits, packetBytes: options.maxPayloadBytes + PACKET_OVERHEAD_BYTES },
      route: {
        wanted: (device, packet) => packet.retain || this.#interest.wanted(device, packet.topic),
        queue: (packet) => persistence.queueAhead(packet),
        publish: (packet) => this.#publish(packet),
      },
      notStored: (device, error) => this.#notStored(device, error),
      tooLarge: (device, announced) => this.#tooLarge(device, announced),
      ended: (session) => this.#sessions.delete(session),
    };
  }

  get connections(): number {
    return this.#connected.size;
  }

  get unreadBytes(): number {
    let bytes = 0;
    for (const { wire } of this.#sessions) bytes += wire.waitingBytes;
    return bytes;
  }

  async start(): Promise<number> {
    this.#hook();
    this.#received.start();
    for (const { device, filter } of this.#persistence.filters()) this.#interest.subscribed(device, filter);
    this.#presence.start();
    this.#rhythm.start();
    for (const listen of this.#options.listen) {
      this.#listening.push(await listen((wire) => this.#accept(wire)));
    }
    const look = (): void => {
      const nowMs = this.#parts.clock.monotonicMs();
      for (const session of this.#sessions) session.look(nowMs);
      this.#cancelLook = this.#parts.clock.after(LOOK_EVERY_MS, look);
    };
    this.#cancelLook = this.#parts.clock.after(LOOK_EVERY_MS, look);
    return this.#listening[0]?.port ?? 0;
  }

  async stop(): Promise<void> {
    this.#rhythm.stop();
    this.#presence.stop();
    this.#cancelLook();
    const listening = this.#listening;
    this.#listening = [];
    await Promise.all(listening.map((one) => one.stop()));
    await new Promise<void>((resolve) => this.#aedes.close(resolve));
    await this.#persistence.destroy();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  publishToDevice(topic: Topic, payload: string | Uint8Array, options: Publishing = {}): Promise<void> {
    return this.#publish(ownPacket(formatTopic(topic), payload, options));
  }

  queueForDevice(topic: Topic, payload: string): () => Promise<void> {
    const packet = this.#persistence.queueAhead(ownPacket(formatTopic(topic), payload, {}));
    return () => this.#publish(packet);
  }

  hears(topic: Topic): boolean {
    const name = formatTopic(topic);
    return [...this.#ofDevice.of(topic.device)].some((client) => clientHears(client, name));
  }

  devicesChanged(): void {
    this.#parts.permissions.read();
    for (const [client, { device, createdMs }] of this.#connected) {
      if (this.#parts.devices.get(device)?.createdMs === createdMs) continue;
      this.#interest.forget(device);
      this.#sessionOf.get(client)?.end("the device was removed");
    }
    const kept = new Set([...this.#persistence.filters()].map(({ device }) => device));
    for (const device of kept) {
      if (this.#parts.devices.get(device) !== null) continue;
      this.#persistence.forgetDevice(device).catch((error: unknown) => this.#notStored(device, error));
    }
  }

  #accept(wire: Wire): WireEvents {
    const { maxConnections } = this.#options;
    const session: Session = new Session(wire, {
      ...this.#sessionParts,
      open: (line) => this.#sessionOf.set(this.#numbers.handle(this.#aedes, line), session),
    });
    if (this.#sessions.size >= maxConnections) {
      this.#parts.log.warn("a connection was refused: mqtt.max-connections is reached", { maxConnections });
      wire.destroy();
    } else {
      this.#sessions.add(session);
    }
    return session;
  }

  #publish(packet: Parameters<Aedes["publish"]>[0]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#aedes.publish(packet, (error) => (error ? reject(error) : resolve()));
    });
  }

  #hook(): void {
    const aedes = this.#aedes;
    // aedes keeps sessions by client id alone: without the name before it one device could end another's connection,
    // or take over its session, by giving its client id. An empty one stays empty: aedes makes one up.
    aedes.preConnect = (client, packet, done) => {
      const session = this.#sessionOf.get(client);
      const name = packet.username ?? session?.wire.certificateName ?? "";
      if (packet.clientId !== "") packet.clientId = `${name}/${packet.clientId}`;
      // aedes would not see what the session answers itself.
      session?.keepAlive(packet.keepalive ?? 0);
      // aedes takes a session without subscriptions for none [MQTT-3.2.2-2].
      if (packet.clean === false) session?.resumes(this.#persistence.hasSession(packet.clientId));
      packet.keepalive = 0;
      done(null, true);
    };
    aedes.authenticate = (client, username, password, done) => {
      const certified = this.#sessionOf.get(client)?.wire.certificateName ?? null;
      const given = password === undefined ? "" : Buffer.from(password).toString();
      const name = username ?? certified ?? "";
      const device = this.#parts.devices.get(name);
      const known = name === certified || this.#parts.devices.authenticate(name, given);
      if (known && device !== null) {
        // It may have been granted something a moment ago.
        this.#parts.permissions.read();
        this.#logIns.set(client, { device: device.key, createdMs: device.createdMs });
        done(null, true);
        return;
      }
      const refused = "a log-in was refused: MQTT user name or password is wrong";
      const remoteAddress = this.#sessionOf.get(client)?.wire.remoteAddress ?? "";
      this.#throttle.say(refused, `${remoteAddress} ${name}`, (leftOut) =>
        this.#parts.log.info(refused, { username: name, remoteAddress, ...leftOut }),
      );
      const error = new Error("bad user name or password") as AuthenticateError;
      done(Object.assign(error, { returnCode: BAD_USER_NAME_OR_PASSWORD }), null);
    };
    // Sessions take in what clients publish; what comes here is the last will of one that is gone.
    aedes.authorizePublish = (client, { topic, payload, retain }, done) => {
      const device = client === null ? undefined : this.#deviceOf(client);
      if (device === undefined) {
        done(client === null ? null : new Error("not logged in"));
        return;
      }
      const will = { device, topic, retain, payload: Buffer.from(payload), isWill: true };
      const taken = this.#sessionParts.inbox.take(will);
      taken.durable.then(
        () => done(taken.outcome === "taken" ? null : new Error("a last will that nobody understands")),
        (error: unknown) => {
          this.#notStored(device, error);
          done(error instanceof Error ? error : new Error(String(error)));
        },
      );
    };
    aedes.authorizeSubscribe = (client, subscription, done) => {
      const device = this.#deviceOf(client);
      const allowed =
        device !== undefined && this.#parts.permissions.maySubscribe(device, subscription.topic);
      if (allowed) this.#interest.subscribed(device, subscription.topic);
      else this.#parts.log.info("a subscription was refused", { device, filter: subscription.topic });
      done(null, allowed ? subscription : null);
    };
    // A SUBSCRIBE is stored with all its filters when one of them is allowed, and what is stored is queued for.
    aedes.authorizeForward = (client, packet) => {
      if (this.#numbers.wasSent(client, packet)) return null;
      const device = this.#deviceOf(client);
      // MQTT-3.3.1-1, which aedes leaves to whoever keeps the packets.
      if (this.#persistence.wasSentBefore(packet)) packet.dup = true;
      return device !== undefined && this.#parts.permissions.mayHear(device, packet.topic) ? packet : null;
    };
    hookNotifications(aedes, { ...this.#parts, deviceOf: (client) => this.#deviceOf(client) });
    aedes.on("clientReady", (client) => {
      const logIn = this.#logIns.get(client);
      if (logIn === undefined) return;
      this.#connected.set(client, logIn);
      const oldest = this.#ofDevice.add(logIn.device, client);
      if (oldest !== null) this.#sessionOf.get(oldest)?.end("its device has connected too often since");
      this.#presence.connected(logIn.device);
      const { id: clientId, clean } = client;
      if (this.#persistence.hasSession(clientId) || !clean) {
        this.#persistence
          .begin(clientId, clean)
          .catch((error: unknown) => this.#notStored(logIn.device, error));
      }
      this.#sessionOf.get(client)?.ready({ device: logIn.device, clientId, clean });
      this.#parts.jobs.connected(logIn.device);
    });
    aedes.on("clientDisconnect", (client) => {
      const logIn = this.#connected.get(client);
      this.#connected.delete(client);
      if (logIn === undefined) return;
      this.#ofDevice.delete(logIn.device, client);
      this.#presence.disconnected(logIn.device, "connection closed");
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

  #notStored(device: string | undefined, error: unknown): void {
    const nowMs = this.#parts.clock.monotonicMs();
    if (nowMs - this.#complainedMs < COMPLAIN_EVERY_MS) return;
    this.#complainedMs = nowMs;
    this.#parts.log.error("a message could not be stored and was not acknowledged", { device, error });
  }

  #tooLarge(device: string | undefined, announced: number): void {
    if (device === undefined) return;
    const detail = Number.isFinite(announced)
      ? `a packet of ${announced} bytes; mqtt.max-payload-bytes is ${this.#options.maxPayloadBytes}`
      : "a packet with a malformed header";
    const refusal: Refusal = { code: "payload.too-large", detail };
    this.#parts.conduct.refused(device, "", refusal);
    this.#parts.commit
      .run(() => this.#parts.devices.reject(device, "", refusal, new Uint8Array()))
      .catch((error: unknown) => this.#notStored(device, error));
  }
}
