import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../../protocol/clock.ts";
import { SECOND } from "../../../protocol/units.ts";
import type { GroupCommit } from "../../telemetry/group-commit.ts";
import type { Inbox, Taken } from "../inbox.ts";
import type { Wire, WireEvents } from "../wire/wire.ts";
import { Line } from "./line.ts";
import { PacketCutter } from "./packet-cutter.ts";
import { type PublishPacket, readPublish } from "./publish-packet.ts";
import type { Received } from "./received.ts";
import { Replies } from "./replies.ts";

/**
 * One client's connection, in front of aedes: it cuts what comes into packets, takes in what is published and
 * acknowledges it, and hands everything else to aedes, which keeps subscriptions and deliveries.
 *
 * Promises: PUBACK and PUBREC are sent after the commit that holds the message, and in order; a QoS 2 message is taken
 * in once; whatever the other end does, reads or leaves unread, the session takes a bounded amount of memory.
 */
export class Session implements WireEvents {
  readonly #parts: SessionParts;
  readonly #wire: Wire;
  readonly #cutter: PacketCutter;
  readonly #replies: Replies;
  readonly #line: Line;
  #state: "new" | "connecting" | "ready" | "ended" = "new";
  #who: SessionIdentity | null = null;
  /** What came after CONNECT and before it was answered. */
  #held: { firstByte: number; body: Buffer }[] = [];
  #heldBytes = 0;
  /** Whether the first byte has come. */
  #begun = false;
  #paused = false;
  #keepAliveMs = 0;
  #heardMs: number;
  /** Since when the other end has left something unread. */
  #unreadSinceMs: number | null = null;
  /** Of QoS 0 messages, what they wait for: watched once. */
  #unanswered: Promise<void> | null = null;

  constructor(wire: Wire, parts: SessionParts) {
    this.#wire = wire;
    this.#parts = parts;
    this.#heardMs = parts.clock.monotonicMs();
    this.#line = new Line(wire, () => this.#sent());
    this.#line.on("close", () => this.#end());
    // aedes listens for errors only while it holds the line.
    this.#line.on("error", () => undefined);
    this.#cutter = new PacketCutter(parts.limits.packetBytes, (firstByte, body) =>
      this.#packet(firstByte, body),
    );
    this.#replies = new Replies(
      (bytes) => this.#reply(bytes),
      (error) => this.#notStored(error),
    );
  }

  get device(): string | undefined {
    return this.#who?.device;
  }
  get wire(): Wire {
    return this.#wire;
  }

  data(bytes: Uint8Array): void {
    if (this.#state === "ended") return;
    this.#heardMs = this.#parts.clock.monotonicMs();
    const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (this.#state === "new" && buffer[0] !== CONNECT << 4 && !this.#begun) {
      this.end("it does not speak MQTT");
      return;
    }
    this.#begun = true;
    const announced = this.#cutter.take(buffer);
    if (announced !== null && this.#isOpen()) this.#tooLarge(announced);
  }

  drain(): void {
    this.#unreadSinceMs = null;
    this.#line.drained();
  }

  closed(): void {
    this.#end();
  }

  /** The client gave this keepalive with CONNECT, in seconds; 0 for none (MQTT 3.1.1 section 3.1.2.10). */
  keepAlive(seconds: number): void {
    this.#keepAliveMs = seconds * 1.5 * SECOND;
  }

  /** aedes has accepted the client and sent its CONNACK. */
  ready(who: SessionIdentity): void {
    const { received } = this.#parts;
    this.#who = who;
    if (who.clean) this.#inBackground(received.clear(who.clientId));
    this.#state = "ready";
    this.#line.hurry();
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    for (const { firstByte, body } of held) {
      if (this.#isOpen()) this.#packet(firstByte, body);
    }
    if (this.#isOpen()) this.#flow();
  }

  /** Ends what has been silent, or has not read, for too long. To be called every second or so. */
  look(nowMs: number): void {
    const { connectWithinMs, unreadForMs } = this.#parts.limits;
    const silentMs = nowMs - this.#heardMs;
    if (this.#state === "new" && silentMs > connectWithinMs) this.end("no CONNECT came");
    else if (this.#keepAliveMs > 0 && silentMs > this.#keepAliveMs)
      this.end("nothing came within its keepalive");
    else if (this.#unreadSinceMs !== null && nowMs - this.#unreadSinceMs > unreadForMs)
      this.#stalled("it has not read for too long");
  }

  /** Closes the connection, after what was sent; the client's will is published. */
  end(reason: string): void {
    if (this.#state === "ended") return;
    this.#parts.log.info("a connection was closed", { device: this.device, reason });
    this.#end();
  }

  #isOpen(): boolean {
    return this.#state !== "ended";
  }

  /** False ends the cutting. */
  #packet(firstByte: number, body: Buffer): boolean {
    const type = firstByte >> 4;
    if (this.#state === "new") {
      if (type !== CONNECT) {
        this.end("its first packet was not CONNECT");
        return false;
      }
      this.#state = "connecting";
      this.#parts.open(this.#line);
      this.#line.deliver(firstByte, body);
    } else if (this.#state === "connecting") {
      this.#hold(firstByte, body);
    } else if (type === PUBLISH) {
      this.#publish(firstByte, body);
    } else if (type === PUBREL) {
      this.#release(body);
    } else {
      this.#line.deliver(firstByte, body);
    }
    return this.#isOpen();
  }

  #hold(firstByte: number, body: Buffer): void {
    this.#held.push({ firstByte, body: Buffer.from(body) });
    this.#heldBytes += body.length + HELD_OVERHEAD_BYTES;
    if (this.#heldBytes > this.#parts.limits.packetBytes + HELD_MAX_BYTES)
      this.end("it did not wait for CONNACK");
    else if (this.#heldBytes > HELD_MAX_BYTES) this.#pause();
  }

  #publish(firstByte: number, body: Buffer): void {
    const who = this.#who!;
    const packet = readPublish(firstByte, body);
    if (packet === null) {
      this.end("a malformed PUBLISH");
      return;
    }
    const { qos, packetId } = packet;
    const { inbox, received, commit } = this.#parts;
    if (qos === 2 && received.has(who.clientId, packetId)) {
      this.#replies.owe(
        PUBREC,
        packetId,
        commit.run(() => received.confirm(who.clientId, packetId)),
      );
      return;
    }
    if (qos === 2 && received.count(who.clientId) >= this.#parts.limits.inflight) {
      this.end("too many QoS 2 messages wait for its PUBREL");
      return;
    }
    const once = qos === 2 ? received.add(who.clientId, packetId) : null;
    const taken = inbox.take(
      { device: who.device, topic: packet.topic, payload: packet.payload },
      once?.write,
    );
    if (taken.outcome === "refused") {
      this.#refused(taken);
      return;
    }
    if (once !== null) taken.durable.catch(once.undo);
    // What nobody could read is not kept for whoever subscribes later.
    packet.retain &&= taken.outcome === "taken";
    const done = this.#routed(packet, taken.durable);
    if (qos > 0) this.#replies.owe(qos === 1 ? PUBACK : PUBREC, packetId, done);
    else if (done !== this.#unanswered) {
      this.#unanswered = done;
      done.catch((error: unknown) => this.#parts.notStored(this.device, error));
    }
    this.#flow();
  }

  /** Resolves when the message is durable and, if anybody could want it, with whoever subscribes. */
  #routed(packet: PublishPacket, durable: Promise<void>): Promise<void> {
    const { route } = this.#parts;
    const { device } = this.#who!;
    if (!route.wanted(device, packet)) return durable;
    const copy = { ...packet, payload: Buffer.from(packet.payload) };
    return durable.then(() => route.publish(copy));
  }

  #release(body: Buffer): void {
    const { received, commit } = this.#parts;
    const { clientId } = this.#who!;
    if (body.length !== 2) {
      this.end("a malformed PUBREL");
      return;
    }
    const packetId = body.readUInt16BE(0);
    this.#replies.owe(
      PUBCOMP,
      packetId,
      commit.run(() => received.release(clientId, packetId)),
    );
  }

  #refused(taken: Taken & { outcome: "refused" }): void {
    this.#parts.log.info("a message was refused and the connection closed", {
      device: this.device,
      reason: taken.reason,
    });
    taken.durable.catch((error: unknown) => this.#parts.notStored(this.device, error));
    this.#end();
  }

  #reply(bytes: Uint8Array): void {
    if (!this.#isOpen()) return;
    this.#wire.write(bytes);
    this.#sent();
    if (this.#paused) this.#flow();
  }

  /** Something was written: how much of it waits to be read? */
  #sent(): void {
    if (this.#wire.waitingBytes === 0) return;
    const { unreadBytes } = this.#parts.limits;
    const waiting = this.#line.unreadBytes;
    this.#unreadSinceMs ??= this.#parts.clock.monotonicMs();
    if (waiting > unreadBytes) this.#stalled(`it has left ${waiting} bytes unread`);
  }

  #stalled(reason: string): void {
    if (!this.#isOpen()) return;
    this.#parts.log.info("a connection was closed", { device: this.device, reason });
    this.#wire.destroy();
    this.#end();
  }

  /** Reads on only while the acknowledgements it is owed are few. */
  #flow(): void {
    const { inflight } = this.#parts.limits;
    if (this.#replies.count >= inflight) this.#pause();
    else if (this.#paused && this.#replies.count <= inflight / 2) {
      this.#paused = false;
      this.#wire.resume();
    }
  }

  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#wire.pause();
  }

  #notStored(error: unknown): void {
    this.#parts.notStored(this.device, error);
    // Not stored, so not acknowledged: closing makes the device come again with it.
    this.#end();
  }

  #tooLarge(announced: number): void {
    this.#parts.tooLarge(this.device, announced);
    this.end(
      Number.isFinite(announced)
        ? `a packet of ${announced} bytes; at most ${this.#parts.limits.packetBytes} are taken`
        : "a packet with a malformed header",
    );
  }

  #inBackground(write: (() => void) | null): void {
    if (write === null) return;
    this.#parts.commit.run(write).catch((error: unknown) => this.#parts.notStored(this.device, error));
  }

  #end(): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#replies.end();
    this.#held = [];
    const who = this.#who;
    const { received, ended } = this.#parts;
    if (who?.clean) this.#inBackground(received.clear(who.clientId));
    this.#line.destroy();
    this.#wire.end();
    ended(this);
  }
}

/** Who the client is, once it has logged in. `clientId` is the broker's: `<device>/<what the client gave>`. */
export interface SessionIdentity {
  device: string;
  clientId: string;
  clean: boolean;
}

export interface SessionLimits {
  /** Largest packet, without its fixed header. */
  packetBytes: number;
  /** Acknowledgements a client is owed at most, and QoS 2 messages it has not released. */
  inflight: number;
  /** What may wait for the client to read it. */
  unreadBytes: number;
  /** How long something may wait. */
  unreadForMs: number;
  /** How long a connection may be without CONNECT. */
  connectWithinMs: number;
}

export interface SessionParts {
  inbox: Inbox;
  received: Received;
  commit: GroupCommit;
  clock: Clock;
  log: Logger;
  limits: SessionLimits;
  /** Hands the line to aedes: CONNECT has come. */
  open(line: Line): unknown;
  route: {
    /** Could anybody, now or later, receive this message? */
    wanted(device: string, packet: PublishPacket): boolean;
    /** Resolves when whoever subscribes has it, or has it in a queue. */
    publish(packet: PublishPacket): Promise<void>;
  };
  /** A message could not be stored. */
  notStored(device: string | undefined, error: unknown): void;
  /** A packet announced so many bytes, or Infinity for a malformed length. */
  tooLarge(device: string | undefined, announced: number): void;
  ended(session: Session): unknown;
}

/** Packet types (MQTT 3.1.1 section 2.2.1). */
const CONNECT = 1;
const PUBLISH = 3;
const PUBREL = 6;
/** First bytes of the acknowledgements. */
const PUBACK = 0x40;
const PUBREC = 0x50;
const PUBCOMP = 0x70;

/** What a client may send before its CONNACK; then it is read no further. */
const HELD_MAX_BYTES = 64 * 1_024;
const HELD_OVERHEAD_BYTES = 64;
