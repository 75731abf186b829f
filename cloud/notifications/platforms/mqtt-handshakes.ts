import type { Outcome } from "../../../protocol/notifications/outcome.ts";
import type { LeftPacket } from "./broker-session.ts";
import type { Publication } from "./mqtt-frames.ts";

/**
 * Messages on their way to a broker (section 4.3 of MQTT 5), and what a lost connection makes of them. Pure: who sends and writes
 * down is told what to send.
 *
 * ```
 *             ┌──────────────── line lost ─────────────┐        ┌─ line lost ─┐
 *             ▼                                        │        ▼             │
 *  (kept)▶ nowhere ──PUBLISH──▶ published ──PUBREC──▶ received ──PUBREL──▶ released ──PUBCOMP──▶ (gone)
 *             ▲                     │                   only when it is written
 *             └──── line lost ──────┘                   down what became of it
 * ```
 * A broker that has forgotten the session puts all of them back to nowhere.
 */
export interface Handshake {
  readonly packetId: number;
  readonly delivery: string;
  /** At 1 there is only one step, and nothing of it outlives the connection. */
  readonly qos: 1 | 2;
  at: "nowhere" | "published" | "received" | "released";
  /** As it was last handed over; null of what is left by an earlier process. */
  message: Publication | null;
  /** Whoever waits for what becomes of it; null: it was told, or nobody does. */
  done: ((outcome: Outcome) => void) | null;
  /** Whoever handed it over knows that the broker has it. */
  isTold: boolean;
  /** That is written down: the broker may hand it on, and this end forget it. */
  isWritten: boolean;
  /** The broker may have it, from an earlier connection. */
  mayBeThere: boolean;
  /** A broker that has forgotten it may have handed it on. */
  mayRepeat: boolean;
  /** When something was sent that the broker has to answer, by the clock that only grows. */
  sinceMs: number;
}

const PACKET_IDS = 65_535;

export class Handshakes {
  readonly #of = new Map<number, Handshake>();
  readonly #byDelivery = new Map<string, Handshake>();
  /** Those that are free again, first come first: so few different ones are in use, and their rows stay together. */
  #free: number[] = [];
  #freeFirst = 0;
  #newest = 0;

  get size(): number {
    return this.#of.size;
  }

  get(packetId: number): Handshake | undefined {
    return this.#of.get(packetId);
  }

  ofDelivery(delivery: string): Handshake | undefined {
    return this.#byDelivery.get(delivery);
  }

  all(): Handshake[] {
    return [...this.#of.values()];
  }

  /** Since when the broker owes an answer; null: it owes none. */
  owedSinceMs(): number | null {
    let oldest: number | null = null;
    for (const { at, sinceMs } of this.#of.values())
      if ((at === "published" || at === "released") && (oldest === null || sinceMs < oldest))
        oldest = sinceMs;
    return oldest;
  }

  /** How many more may begin where so many may be under way. */
  room(atOnce: number | null): number {
    return Math.max(0, Math.min(PACKET_IDS, atOnce ?? PACKET_IDS) - this.#of.size);
  }

  /** Throws when there are as many as there are ids: `room` says so before. */
  begin(delivery: string, qos: 1 | 2, message: Publication, done: Handshake["done"]): Handshake {
    return this.#add({
      ...{ packetId: this.#freeId(), delivery, qos, at: "nowhere", message, done },
      ...{ isTold: false, isWritten: false, mayBeThere: false, mayRepeat: false, sinceMs: 0 },
    });
  }

  /** What an earlier process left, in the order in which it went out: of a delivery the last counts, the broker refused the others. */
  takeUp(left: readonly LeftPacket[]): void {
    const last = new Map(left.map((packet) => [packet.delivery, packet]));
    for (const { packetId, delivery, isSettled } of last.values()) {
      this.#add({
        ...{ packetId, delivery, qos: 2, at: isSettled ? "received" : "nowhere", message: null, done: null },
        ...{ isTold: isSettled, isWritten: isSettled, mayBeThere: true, mayRepeat: false, sinceMs: 0 },
      });
      this.#newest = Math.max(this.#newest, packetId);
    }
    for (let id = 1; id < this.#newest; id += 1) if (!this.#of.has(id)) this.#free.push(id);
  }

  end({ packetId, delivery }: Handshake): void {
    this.#of.delete(packetId);
    this.#byDelivery.delete(delivery);
    this.#free.push(packetId);
  }

  /** Gives those who waited for an answer to what they published. */
  lost(): Handshake[] {
    const unanswered: Handshake[] = [];
    for (const one of this.all()) {
      if (one.at === "published") {
        one.at = "nowhere";
        one.mayBeThere = true;
        if (one.done !== null) unanswered.push(one);
        if (one.qos === 1) this.end(one);
      } else if (one.at === "released") one.at = "received";
    }
    return unanswered;
  }

  /**
   * The broker does not know the session any more. Gives those that were told to be sent, and are to be published once more;
   * what an earlier process left of those is gone, as its message is.
   */
  forgotten(): Handshake[] {
    const again: Handshake[] = [];
    for (const one of this.all()) {
      const wasThere = one.mayBeThere || one.isTold;
      Object.assign(one, { at: "nowhere", mayBeThere: false, mayRepeat: one.mayRepeat || wasThere });
      if (!one.isTold) continue;
      if (one.message === null) this.end(one);
      else again.push(one);
    }
    return again;
  }

  /** What became of its delivery is written down. Gives it when the broker is to be told now. */
  written(delivery: string): Handshake | null {
    const one = this.#byDelivery.get(delivery);
    if (one === undefined) return null;
    one.isTold = true;
    one.isWritten = true;
    // Only what the broker has is ever told to be sent: it said so on another connection, or to whoever was here before.
    if (one.at === "nowhere" && one.mayBeThere) one.at = "received";
    return one.at === "received" ? one : null;
  }

  #add(one: Handshake): Handshake {
    this.#of.set(one.packetId, one);
    this.#byDelivery.set(one.delivery, one);
    return one;
  }

  #freeId(): number {
    if (this.#freeFirst < this.#free.length) {
      const id = this.#free[this.#freeFirst]!;
      this.#freeFirst += 1;
      if (this.#freeFirst >= 4_096) {
        this.#free = this.#free.slice(this.#freeFirst);
        this.#freeFirst = 0;
      }
      return id;
    }
    if (this.#newest >= PACKET_IDS) throw new Error("there is no packet id left");
    this.#newest += 1;
    return this.#newest;
  }
}
