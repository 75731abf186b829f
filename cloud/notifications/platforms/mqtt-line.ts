import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { generate, type IConnackPacket, type Packet, type Parser, parser } from "mqtt-packet";
import type { Clock } from "../../../protocol/clock.ts";
import { SECOND } from "../../../protocol/units.ts";
import {
  type Acknowledgement,
  FrameSplitter,
  type Publication,
  type PublishFlags,
  publishFrame,
  releaseFrames,
} from "./mqtt-frames.ts";
import { BrokerError } from "./mqtt-reasons.ts";

/**
 * One connection to a broker, as a client that only publishes. It knows frames and nothing of what they are for: who is
 * acknowledged what decides what follows. (mqtt.js releases a QoS 2 message as soon as the broker has it, and what is
 * kept of it elsewhere has no say.)
 */

const KEEP_ALIVE_SECONDS = 60;
const TIMEOUT_MS = 15 * SECOND;

export interface LineOptions {
  host: string;
  port: number;
  /** Null: without TLS. `authority`: certificates (PEM) of who signed the broker's; null: those that the world knows. */
  tls: { servername: string; authority: string | null } | null;
  version: 4 | 5;
  clientId: string;
  username: string | undefined;
  password: string | undefined;
  /** Whether the broker forgets what it knew of the client. */
  isClean: boolean;
  /** For so long the broker knows it when the connection is gone; 0: not at all. */
  keptSeconds: number;
}

/** What the broker said when it let us in. */
export interface Welcome {
  /** It still knows the client. */
  isKnown: boolean;
  maximumQos: 0 | 1 | 2;
  /** How many may be without their last acknowledgement; null: it did not say. */
  atOnce: number | null;
  maximumBytes: number | null;
}

export interface LineEvents {
  welcome(welcome: Welcome): void;
  /** As `FrameReader.acknowledged`. */
  acknowledged(kind: Acknowledgement, packetId: number, code: number): void;
  /** Once, and last. */
  closed(error: Error): void;
}

export class Line {
  readonly #options: LineOptions;
  readonly #clock: Clock;
  readonly #events: LineEvents;
  readonly #parser: Parser;
  readonly #splitter: FrameSplitter;
  readonly #socket: Socket;
  #isWelcome = false;
  #isClosed = false;
  /** What ended it, when that is known before the socket closes. */
  #error: Error | null = null;
  /** Written together at the end of the turn. */
  #frames: Buffer[] = [];
  #released: number[] = [];
  #isDue = false;
  #cancelTimer: () => void;

  constructor(options: LineOptions, clock: Clock, events: LineEvents) {
    this.#options = options;
    this.#clock = clock;
    this.#events = events;
    const protocolVersion = options.version;
    this.#parser = parser({ protocolVersion });
    this.#parser.on("packet", (packet) => this.#heard(packet));
    this.#parser.on("error", (error) => this.destroy(error as Error));
    this.#splitter = new FrameSplitter({
      acknowledged: (...what) => {
        if (!this.#isClosed) events.acknowledged(...what);
      },
      other: (frame) => void this.#parser.parse(frame),
    });
    const { host, port, tls } = options;
    const open = (): void => void this.#socket.write(generate(this.#connect(), { protocolVersion }));
    if (tls === null) this.#socket = connect({ host, port, noDelay: true }, open);
    else {
      const authority = tls.authority === null ? {} : { ca: tls.authority };
      this.#socket = connectTls({ host, port, servername: tls.servername, ...authority }, open);
    }
    this.#socket.on("data", (bytes: Buffer) => this.#read(bytes));
    this.#socket.on("error", (error) => this.destroy(error));
    this.#socket.on("end", () => this.#socket.destroy());
    this.#socket.on("close", () => this.#close());
    this.#cancelTimer = clock.after(TIMEOUT_MS, () =>
      this.destroy(new Error("the broker did not answer in time")),
    );
  }

  publish(packetId: number, message: Publication, flags: Omit<PublishFlags, "version">): void {
    this.#send(publishFrame(packetId, message, { ...flags, version: this.#options.version }));
  }

  release(packetId: number): void {
    this.#released.push(packetId);
    this.#writeSoon();
  }

  /** Says good-bye, so that the broker takes it for meant. */
  end(): void {
    if (this.#isClosed) return;
    this.#error ??= new Error("the connection to the broker was closed");
    if (this.#isWelcome) this.#socket.end(this.#taken(generate({ cmd: "disconnect" } as Packet)));
    else this.#socket.destroy();
    this.#close();
  }

  destroy(error: Error): void {
    this.#error ??= error;
    this.#socket.destroy();
    this.#close();
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelTimer();
    this.#events.closed(this.#error ?? new Error("the connection to the broker broke"));
  }

  #connect(): Packet {
    const { version, clientId, username, password, isClean, keptSeconds } = this.#options;
    return {
      ...{ cmd: "connect", protocolId: "MQTT", protocolVersion: version, clientId, clean: isClean },
      keepalive: KEEP_ALIVE_SECONDS,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password: Buffer.from(password) }),
      ...(version === 5 && keptSeconds > 0 ? { properties: { sessionExpiryInterval: keptSeconds } } : {}),
    };
  }

  #read(bytes: Buffer): void {
    if (this.#isClosed) return;
    try {
      this.#splitter.read(bytes);
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  #heard(packet: Packet): void {
    if (this.#isClosed) return;
    switch (packet.cmd) {
      case "connack":
        this.#heardConnack(packet);
        return;
      case "puback":
      case "pubrec":
      case "pubcomp":
        // With a reason in many words.
        this.#events.acknowledged(packet.cmd, packet.messageId ?? 0, packet.reasonCode ?? 0);
        return;
      case "disconnect":
        this.destroy(new BrokerError(packet.reasonCode ?? 0));
        return;
      default:
        // A PINGRESP is heard as anything is: what counts is that something came.
        return;
    }
  }

  #heardConnack(packet: IConnackPacket): void {
    const code = packet.reasonCode ?? packet.returnCode ?? 0;
    if (code !== 0) {
      this.destroy(new BrokerError(code));
      return;
    }
    this.#isWelcome = true;
    const { serverKeepAlive, maximumQoS, receiveMaximum, maximumPacketSize } = packet.properties ?? {};
    this.#keepAlive(serverKeepAlive ?? KEEP_ALIVE_SECONDS);
    this.#events.welcome({
      isKnown: packet.sessionPresent,
      maximumQos: maximumQoS === 0 || maximumQoS === 1 ? maximumQoS : 2,
      atOnce: receiveMaximum ?? null,
      maximumBytes: maximumPacketSize ?? null,
    });
  }

  /** Twice as often as the broker wants to hear something (MQTT-3.1.2-24). */
  #keepAlive(seconds: number): void {
    this.#cancelTimer();
    if (seconds <= 0 || this.#isClosed) return;
    this.#cancelTimer = this.#clock.after((seconds * SECOND) / 2, () => {
      this.#send(generate({ cmd: "pingreq" } as Packet));
      this.#keepAlive(seconds);
    });
  }

  #send(frame: Buffer): void {
    this.#frames.push(frame);
    this.#writeSoon();
  }

  #writeSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      if (!this.#isClosed) this.#socket.write(this.#taken());
    });
  }

  #taken(...more: Buffer[]): Buffer {
    const frames = [...this.#frames.splice(0), releaseFrames(this.#released.splice(0)), ...more];
    return Buffer.concat(frames);
  }
}
