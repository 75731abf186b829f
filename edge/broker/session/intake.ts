import { type PublishPacket, type RoutedPacket, readPublish, routedPacket } from "./publish-packet.ts";
import { Replies } from "./replies.ts";
import type { SessionIdentity, SessionParts } from "./session-parts.ts";

/** First bytes of the acknowledgements (MQTT 3.1.1 section 2.2). */
const PUBACK = 0x40;
const PUBREC = 0x50;
const PUBCOMP = 0x70;

/** A message on its way to subscribers takes so much more room than one that is only acknowledged. */
const ROUTED_WEIGHT = 8;

/** A message that is queued as it is taken in. */
interface Queue {
  packet: RoutedPacket;
  write: () => void;
}

interface IntakeEvents {
  write: (bytes: Uint8Array) => void;
  failed: (error: unknown) => void;
  /** A message is with whoever subscribes. */
  routed: () => void;
}

/**
 * What a client publishes, on its way to the disk: taken in, routed to whoever wants it, and acknowledged after both. A
 * QoS 2 message is taken in when it comes (method B of MQTT 3.1.1 section 4.3.3).
 */
export class Intake {
  readonly #who: SessionIdentity;
  readonly #parts: SessionParts;
  readonly #events: IntakeEvents;
  readonly #replies: Replies;
  #routing = 0;
  /** Of QoS 0 messages, what they wait for: watched once. */
  #unanswered: Promise<void> | null = null;

  /** `failed` is told that a message could not be stored and is not acknowledged. */
  constructor(who: SessionIdentity, parts: SessionParts, events: IntakeEvents) {
    this.#who = who;
    this.#parts = parts;
    this.#events = events;
    this.#replies = new Replies(events.write, events.failed);
  }

  /** How many messages are not answered; those that are not with whoever subscribes count for several. */
  get owed(): number {
    return this.#replies.count + this.#routing * ROUTED_WEIGHT;
  }

  /** Whether messages are on their way to subscribers. */
  get routes(): boolean {
    return this.#routing > 0;
  }

  /** Takes a PUBLISH. Gives why the connection must end, else null. */
  publish(firstByte: number, body: Buffer): string | null {
    const { inbox, received, commit, limits } = this.#parts;
    const { device, clientId } = this.#who;
    const packet = readPublish(firstByte, body);
    if (packet === null) return "a malformed PUBLISH";
    const { qos, packetId, topic, payload, retain } = packet;
    if (qos === 2 && received.has(clientId, packetId)) {
      this.#replies.owe(
        PUBREC,
        packetId,
        commit.run(() => received.confirm(clientId, packetId)),
      );
      return null;
    }
    if (qos === 2 && received.count(clientId) >= limits.inflight)
      return "too many QoS 2 messages wait for its PUBREL";
    const once = qos === 2 ? received.add(clientId, packetId) : null;
    const queue = this.#queue(packet);
    const taken = inbox.take({ device, topic, payload, retain }, once?.write, queue?.write);
    if (once !== null) taken.durable.catch(once.undo);
    if (taken.outcome === "refused") {
      this.#watch(taken.durable);
      return `a message was refused: ${taken.reason}`;
    }
    // What nobody could read is not kept for whoever subscribes later.
    packet.retain &&= taken.outcome === "taken";
    const done = this.#routed(packet, taken.durable, queue);
    if (qos === 0) this.#watch(done);
    else this.#replies.owe(qos === 1 ? PUBACK : PUBREC, packetId, done);
    return null;
  }

  /** Takes a PUBREL. Gives why the connection must end, else null. */
  release(body: Buffer): string | null {
    const { received, commit } = this.#parts;
    if (body.length !== 2) return "a malformed PUBREL";
    const packetId = body.readUInt16BE(0);
    this.#replies.owe(
      PUBCOMP,
      packetId,
      commit.run(() => received.release(this.#who.clientId, packetId)),
    );
    return null;
  }

  /** Nothing is acknowledged any more. */
  end(): void {
    this.#replies.end();
  }

  /** What queues the message with what it means, and not in a commit after that one; null where nothing is queued, or more than that is kept. */
  #queue(packet: PublishPacket): Queue | null {
    const { route } = this.#parts;
    if (packet.qos === 0 || packet.retain || !route.wanted(this.#who.device, packet)) return null;
    const queue: Queue = { packet: routedPacket(packet), write: () => undefined };
    const unqueued = queue.packet;
    queue.write = () => {
      // It is written once more where a commit has failed.
      queue.packet = route.queue(unqueued);
    };
    return queue;
  }

  /** Resolves when the message is durable and, if anybody could want it, with whoever subscribes. */
  #routed(packet: PublishPacket, durable: Promise<void>, queue: Queue | null): Promise<void> {
    const { route } = this.#parts;
    if (queue === null && !route.wanted(this.#who.device, packet)) return durable;
    const ready = queue ?? { packet: routedPacket(packet) };
    this.#routing += 1;
    const routed = this.#parts.turns.route();
    return durable
      .then(() => route.publish(ready.packet))
      .finally(() => {
        this.#routing -= 1;
        routed();
        this.#events.routed();
      });
  }

  /** Nobody is told of this message's end, but that it could not be stored is noted. */
  #watch(done: Promise<void>): void {
    if (done === this.#unanswered) return;
    this.#unanswered = done;
    done.catch((error: unknown) => this.#parts.notStored(this.#who.device, error));
  }
}
