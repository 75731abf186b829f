import { SECOND } from "../../../protocol/units.ts";
import { checkPacket, type Violation } from "../conformance/conformance.ts";
import type { Wire, WireEvents } from "../wire/wire.ts";
import { Intake } from "./intake.ts";
import { Line } from "./line.ts";
import { Pace } from "./pace.ts";
import { PacketCutter } from "./packet-cutter.ts";
import type { SessionIdentity, SessionParts } from "./session-parts.ts";
import { SLICE_BYTES, type Turn } from "./turns.ts";

/**
 * One client's connection, in front of aedes: it cuts what comes into packets, takes in what is published and
 * acknowledges it, and hands everything else to aedes, which keeps subscriptions and deliveries.
 *
 * Promises: PUBACK and PUBREC are sent after the commit that holds the message, and in order; a QoS 2 message is taken
 * in once; whatever the other end does, reads or leaves unread, the session takes a bounded amount of memory.
 */
export class Session implements WireEvents, Turn {
  readonly #parts: SessionParts;
  readonly #wire: Wire;
  readonly #cutter: PacketCutter;
  readonly #line: Line;
  readonly #pace: Pace;
  #state: "new" | "connecting" | "ready" | "ended" = "new";
  #who: SessionIdentity | null = null;
  #intake: Intake | null = null;
  /** What came after CONNECT and before it was answered. */
  #held: { firstByte: number; body: Buffer }[] = [];
  #heldBytes = 0;
  /** What came and waits for this session's turn. */
  #backlog: Buffer[] = [];
  #backlogBytes = 0;
  /** Whether the first byte has come. */
  #begun = false;
  #paused = false;
  #keepAliveMs = 0;
  #sessionPresent = false;
  #heardMs: number;
  /** Since when the other end has left something unread. */
  #unreadSinceMs: number | null = null;

  constructor(wire: Wire, parts: SessionParts) {
    this.#wire = wire;
    this.#parts = parts;
    this.#heardMs = parts.clock.monotonicMs();
    this.#pace = new Pace(parts.limits.messagesPerSecond, parts.clock, () => this.#flow());
    this.#line = new Line(wire, (packets) => this.#deliver(packets));
    this.#line.on("close", () => this.#end());
    // aedes listens for errors only while it holds the line.
    this.#line.on("error", () => undefined);
    this.#cutter = new PacketCutter(parts.limits.packetBytes, (firstByte, body) =>
      this.#packet(firstByte, body),
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
    if (this.#backlogBytes === 0 && this.#parts.turns.mayGo(buffer.length, this.#intake?.routes ?? false))
      this.#cut(buffer);
    else this.#wait(buffer);
  }

  get waitingBytes(): number {
    return this.#backlogBytes;
  }

  /** Works off a slice of what waits. */
  workOff(): void {
    let left = SLICE_BYTES;
    while (left > 0 && this.#backlog.length > 0) {
      const next = this.#backlog[0]!;
      const slice = next.subarray(0, left);
      if (slice.length === next.length) this.#backlog.shift();
      else this.#backlog[0] = next.subarray(left);
      left -= slice.length;
      this.#backlogBytes -= slice.length;
      this.#parts.turns.done(this, slice.length);
      this.#cut(slice);
    }
    if (this.#isOpen()) this.#flow();
  }

  flooded(): void {
    this.end("it sends faster than the gateway can take");
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

  /** Whether the client's session was there before: what CONNACK says if it accepts (section 3.2.2.2). */
  resumes(present: boolean): void {
    this.#sessionPresent = present;
  }

  /** aedes has accepted the client and sent its CONNACK. */
  ready(who: SessionIdentity): void {
    const { received } = this.#parts;
    this.#who = who;
    if (who.clean) this.#inBackground(received.clear(who.clientId));
    this.#intake = new Intake(who, this.#parts, {
      write: (bytes) => this.#reply(bytes),
      failed: (error) => this.#notStored(error),
      routed: () => {
        if (this.#paused && this.#isOpen()) this.#flow();
      },
    });
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
    else if (this.#keepAliveMs > 0 && !this.#paused && silentMs > this.#keepAliveMs)
      this.end("nothing came within its keepalive");
    else if (this.#unreadSinceMs !== null && nowMs - this.#unreadSinceMs > unreadForMs)
      this.#stalled("it has not read for too long");
  }

  /** Closes the connection, after what was sent; the client's will is published. */
  end(reason: string): void {
    if (this.#state === "ended") return;
    this.#say("a connection was closed", { reason });
    this.#end();
  }

  #cut(bytes: Buffer): void {
    const announced = this.#cutter.take(bytes);
    if (announced !== null && this.#isOpen()) this.#tooLarge(announced);
  }

  #wait(bytes: Buffer): void {
    // The bytes are the caller's, and are written over after the call.
    this.#backlog.push(Buffer.from(bytes));
    this.#backlogBytes += bytes.length;
    this.#pause();
    this.#parts.turns.wait(this, bytes.length);
  }

  #isOpen(): boolean {
    return this.#state !== "ended";
  }

  /** False ends the cutting. */
  #packet(firstByte: number, body: Buffer): boolean {
    const type = firstByte >> 4;
    const violation = checkPacket(firstByte, body);
    if (violation !== null) {
      this.#violated(violation);
      return false;
    }
    if (this.#state === "new") {
      if (type !== CONNECT) this.end("its first packet was not CONNECT");
      else this.#connect(firstByte, body);
    } else if (this.#intake === null) {
      this.#hold(firstByte, body);
    } else if (type === PUBLISH || type === PUBREL) {
      const reason = type === PUBLISH ? this.#intake.publish(firstByte, body) : this.#intake.release(body);
      if (reason !== null) {
        this.end(reason);
      } else {
        if (type === PUBLISH && this.#pace.took()) this.#say("a client publishes faster than it may", {});
        this.#flow();
      }
    } else {
      this.#line.deliver(firstByte, body);
    }
    return this.#isOpen();
  }

  #violated({ statement, reason, returnCode }: Violation): void {
    if (this.#state === "new" && returnCode !== undefined)
      this.#wire.write(Uint8Array.of(CONNACK, 2, 0, returnCode));
    this.end(`${reason} [${statement}]`);
  }

  #connect(firstByte: number, body: Buffer): void {
    this.#state = "connecting";
    this.#parts.open(this.#line);
    this.#line.deliver(firstByte, body);
  }

  #hold(firstByte: number, body: Buffer): void {
    this.#held.push({ firstByte, body: Buffer.from(body) });
    this.#heldBytes += body.length + HELD_OVERHEAD_BYTES;
    if (this.#heldBytes > this.#parts.limits.packetBytes + HELD_MAX_BYTES)
      this.end("it did not wait for CONNACK");
    else if (this.#heldBytes > HELD_MAX_BYTES) this.#pause();
  }

  #reply(bytes: Uint8Array): void {
    if (!this.#isOpen()) return;
    this.#wire.write(bytes);
    this.#sent();
    if (this.#paused) this.#flow();
  }

  /** What aedes sends, in whole packets. */
  #deliver(packets: Buffer): void {
    const isConnack = this.#state === "connecting" && packets[0] === CONNACK && packets[3] === 0;
    if (isConnack && this.#sessionPresent) {
      const connack = Buffer.from(packets);
      connack[2] = 1;
      this.#wire.write(connack);
    } else {
      this.#wire.write(packets);
    }
    this.#sent();
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
    this.#say("a connection was closed", { reason });
    this.#wire.destroy();
    this.#end();
  }

  /** Reads on only while nothing waits, and what is not answered is little. */
  #flow(): void {
    const { inflight } = this.#parts.limits;
    const owed = this.#intake?.owed ?? 0;
    if (owed >= inflight || this.#pace.holds) this.#pause();
    else if (this.#paused && this.#backlogBytes === 0 && owed <= inflight / 2) {
      this.#paused = false;
      // It may have sent something all the time.
      this.#heardMs = this.#parts.clock.monotonicMs();
      this.#wire.resume();
    }
  }

  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#wire.pause();
  }

  /** Logs something of this client, unless much the same was said a moment ago. */
  #say(message: string, facts: { reason?: string }): void {
    const { log, throttle } = this.#parts;
    const { remoteAddress } = this.#wire;
    const kind = `${message} ${facts.reason?.replaceAll(/\d+/g, "") ?? ""}`;
    throttle.say(kind, this.device ?? remoteAddress, (leftOut) =>
      log.info(message, {
        device: this.device,
        remoteAddress,
        ...facts,
        ...leftOut,
      }),
    );
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
    this.#intake?.end();
    this.#pace.end();
    this.#held = [];
    const waiting = this.#backlogBytes;
    this.#backlog = [];
    this.#backlogBytes = 0;
    this.#parts.turns.done(this, waiting);
    const who = this.#who;
    const { received, ended } = this.#parts;
    if (who?.clean) this.#inBackground(received.clear(who.clientId));
    this.#line.destroy();
    this.#wire.end();
    ended(this);
  }
}

/** Packet types (MQTT 3.1.1 section 2.2.1). */
const CONNECT = 1;
const PUBLISH = 3;
const PUBREL = 6;
/** First byte of a CONNACK. */
const CONNACK = 0x20;
/** What a client may send before its CONNACK; then it is read no further. */
const HELD_MAX_BYTES = 64 * 1_024;
const HELD_OVERHEAD_BYTES = 64;
