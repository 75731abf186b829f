import { type Outcome, refused, retryable, sent } from "../../../protocol/notifications/outcome.ts";
import { SECOND } from "../../../protocol/units.ts";
import type { BrokerSession } from "./broker-session.ts";
import { ofFault } from "./fates.ts";
import type { MqttCredentials } from "./mqtt.ts";
import type { Acknowledgement, Publication } from "./mqtt-frames.ts";
import { type Handshake, Handshakes } from "./mqtt-handshakes.ts";
import { Line, type Welcome } from "./mqtt-line.ts";
import { BrokerError, outcomeOf } from "./mqtt-reasons.ts";
import { brokerKey, lineOptions } from "./mqtt-target.ts";
import { NamedTimers } from "./named-timers.ts";
import type { PlatformParts } from "./platform.ts";

/**
 * Topics of a broker elsewhere: one connection, made when it is needed, and again after it broke.
 *
 * At QoS 2 each message is seen once, also by whoever is killed in between: its packet id is durable before it is published, the
 * broker is told to hand it on (PUBREL) only when what became of it is written down, and who goes on publishes the same again
 * under the same id. Not all of them as soon as the connection is back, as MQTT-4.4.0-1 has it: whoever hands over does so,
 * when it is its turn.
 */

/** What a broker has to answer it answers within this, and is looked at so often. */
const TIMEOUT_MS = 15 * SECOND;
const LOOK_MS = SECOND;
/** At QoS 2 of a broker that cannot say how many it takes: what mosquitto takes where nobody has set it. */
const UNTOLD_AT_ONCE = 20;
/** What is to be handed on is told again so long after the connection broke. */
const AGAIN_MS = 5 * SECOND;
/** What is kept of nothing under way is forgotten after so long. */
const IDLE_MS = 2 * SECOND;
/** Where there is no room, it is looked at most so often whether somebody has given up. */
const SWEEP_MS = 5 * SECOND;

const BROKE = "the connection to the broker broke";
const CLOSED = "the connection to the broker was closed";

interface Waiting {
  delivery: string;
  message: Publication;
  done: (outcome: Outcome) => void;
}

export class ExternalBroker {
  readonly #credentials: MqttCredentials;
  readonly #parts: PlatformParts;
  readonly #timers: NamedTimers<"owed" | "again" | "idle" | "sweep">;
  readonly #handshakes = new Handshakes();
  #opening: Promise<BrokerSession | null> | null = null;
  /** When it is open; null of a trial. */
  #session: BrokerSession | null = null;
  #line: Line | null = null;
  /** Of the line, when all that was under way before is known to it. */
  #welcome: Welcome | null = null;
  #connecting: Promise<void> | null = null;
  #waiting: Waiting[] = [];
  #working: Promise<void> | null = null;
  #hasRows = false;
  #isClosed = false;

  constructor(given: MqttCredentials, parts: PlatformParts) {
    this.#credentials = given;
    this.#parts = parts;
    this.#timers = new NamedTimers(parts.clock);
  }

  /** Sent means that the broker has it; at QoS 2 it hands it on after {@link written}. Never rejects. */
  publish(delivery: string, message: Publication): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.#waiting.push({ delivery, message, done: resolve });
    this.#work();
    return promise;
  }

  /** What became of these is durable: they will not be handed over again. */
  written(deliveries: readonly string[]): void {
    for (const delivery of deliveries) {
      const one = this.#handshakes.written(delivery);
      if (one !== null) this.#release(one);
    }
  }

  /** Goes on with what an earlier process left. */
  resume(): void {
    void this.#resume().catch(() => this.#timers.start("again", AGAIN_MS, () => this.resume()));
  }

  /** What new messages are sent at; null when the broker takes none that it acknowledges. */
  get qos(): 1 | 2 | null {
    const maximum = this.#welcome?.maximumQos ?? 2;
    if (maximum === 0) return null;
    return maximum === 1 || this.#credentials.qos === "1" ? 1 : 2;
  }

  get isConnected(): boolean {
    return this.#welcome !== null;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timers.end();
    this.#line?.end();
    this.#fail(retryable(CLOSED));
    void this.#ended();
  }

  /** Another may take up the session when nothing is written to it any more. */
  async #ended(): Promise<void> {
    await this.#working;
    const session = await this.#opening?.catch(() => null);
    session?.end();
  }

  async #resume(): Promise<void> {
    await this.#opened();
    if (this.#handshakes.size > 0) await this.#connected();
  }

  // What is handed over

  #work(): void {
    this.#working ??= this.#workAll();
  }

  async #workAll(): Promise<void> {
    // Those that come in the same turn go together.
    await Promise.resolve();
    let isOfUse = true;
    while (isOfUse && this.#waiting.length > 0) {
      try {
        if (this.#welcome === null) await this.#connected();
        isOfUse = await this.#publishSome();
      } catch (error) {
        this.#fail(outcomeOf(error as Error));
      }
    }
    this.#working = null;
  }

  /** Whether it is of use to go on at once; otherwise whoever makes room does. */
  async #publishSome(): Promise<boolean> {
    const { qos } = this;
    const waiting = this.#waiting.splice(0).filter((one) => !this.#goesOn(one));
    if (waiting.length === 0) return true;
    if (qos === null) {
      const outcome = refused("the broker takes messages at QoS 0 only, which it never acknowledges");
      for (const { done } of waiting) done(outcome);
      return true;
    }
    const room = this.#handshakes.room(this.#atOnce(qos));
    if (room === 0) this.#sweepLater();
    this.#waiting.unshift(...waiting.splice(room));
    const begun = waiting.map(({ delivery, message, done }) =>
      this.#handshakes.begin(delivery, qos, message, done),
    );
    if (qos === 2 && this.#session !== null && begun.length > 0) await this.#keep(this.#session, begun);
    for (const one of begun) this.#publish(one);
    return room > 0;
  }

  #atOnce(qos: 1 | 2): number | null {
    const cannotSay = this.#credentials.version === "3.1.1" && qos === 2;
    return this.#welcome?.atOnce ?? (cannotSay ? UNTOLD_AT_ONCE : null);
  }

  /** One that cannot be sent, or that went out before and goes on where it was. */
  #goesOn(one: Waiting): boolean {
    const { delivery, message, done } = one;
    const { maximumBytes = null, maximumQos = 2 } = this.#welcome ?? {};
    if (maximumBytes !== null && sizeOf(message) > maximumBytes) {
      done(refused(`${sizeOf(message)} bytes; the broker takes at most ${maximumBytes}`));
      return true;
    }
    const known = this.#handshakes.ofDelivery(delivery);
    if (known === undefined) return false;
    if (known.isTold) {
      done(sent());
      return true;
    }
    if (known.at === "nowhere" && maximumQos < 2) {
      // It is not the broker that it was.
      this.#handshakes.end(known);
      if (known.mayBeThere || known.mayRepeat) this.#countRepeated();
      return false;
    }
    known.message = message;
    const before = known.done;
    known.done = (outcome) => {
      before?.(outcome);
      done(outcome);
    };
    if (known.at === "nowhere") this.#publish(known);
    return true;
  }

  /** Leaves those that could not be kept out of `begun`. */
  async #keep(session: BrokerSession, begun: Handshake[]): Promise<void> {
    this.#hasRows = true;
    try {
      await session.keep(begun);
    } catch (error) {
      const outcome = ofFault(error);
      for (const one of begun.splice(0)) {
        this.#end(one);
        tell(one, outcome);
      }
    }
  }

  #publish(one: Handshake): void {
    const { packetId, message, qos, mayBeThere } = one;
    if (this.#line === null || message === null) {
      if (qos === 1) this.#handshakes.end(one);
      tell(one, retryable(BROKE));
      return;
    }
    if (one.mayRepeat) this.#countRepeated();
    one.mayRepeat = false;
    one.at = "published";
    this.#line.publish(packetId, message, { qos, isAgain: mayBeThere });
    this.#owe(one);
  }

  #release(one: Handshake): void {
    if (this.#line === null || this.#welcome === null) {
      this.#timers.start("again", AGAIN_MS, () => this.resume());
      return;
    }
    one.at = "released";
    this.#line.release(one.packetId);
    this.#owe(one);
  }

  #releaseAll(): void {
    for (const one of this.#handshakes.all()) if (one.at === "received" && one.isWritten) this.#release(one);
  }

  // What the broker says

  #acknowledged(kind: Acknowledgement, packetId: number, code: number): void {
    const one = this.#handshakes.get(packetId);
    if (one === undefined || !isAnswer(kind, one)) return;
    const isRefused = code >= 0x80;
    if (kind === "pubrec" && !isRefused) {
      this.#received(one);
      return;
    }
    this.#end(one);
    // A broker that does not know what it is to hand on (0x92) has done so.
    tell(one, isRefused && kind !== "pubcomp" ? outcomeOf(new BrokerError(code)) : sent());
  }

  #received(one: Handshake): void {
    one.at = "received";
    // Of a trial nothing is written down: it is sent when the broker is done with it.
    if (this.#session === null) one.isWritten = true;
    else {
      one.isTold = true;
      tell(one, sent());
    }
    if (one.isWritten) this.#release(one);
  }

  #end(one: Handshake): void {
    this.#handshakes.end(one);
    if (this.#waiting.length > 0) this.#work();
    else if (this.#handshakes.size === 0 && this.#hasRows)
      this.#timers.start("idle", IDLE_MS, () => this.#clear());
  }

  #clear(): void {
    if (this.#handshakes.size > 0) return;
    this.#hasRows = false;
    // Rows that stay only make the next start ask the broker.
    void this.#session?.clear().catch(() => undefined);
  }

  // The connection

  #opened(): Promise<BrokerSession | null> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  async #open(): Promise<BrokerSession | null> {
    const { sessions } = this.#parts;
    if (sessions === null) return null;
    const session = await sessions.open(brokerKey(this.#credentials));
    this.#handshakes.takeUp(session.left);
    this.#hasRows = session.left.length > 0;
    this.#session = session;
    return session;
  }

  #connected(): Promise<void> {
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = null;
    });
    return this.#connecting;
  }

  async #connect(): Promise<void> {
    if (this.#line !== null) return;
    const session = await this.#opened();
    const isUnderWay = this.#handshakes.size > 0;
    const isKept = session !== null && (this.#credentials.qos !== "1" || isUnderWay);
    const kept = isKept ? { clientId: session.clientId, isUnderWay } : null;
    const options = await lineOptions(this.#credentials, this.#parts, kept);
    if (this.#isClosed) throw new Error(CLOSED);
    const welcomed = Promise.withResolvers<Welcome>();
    this.#line = new Line(options, this.#parts.clock, {
      welcome: welcomed.resolve,
      acknowledged: (...what) => this.#acknowledged(...what),
      closed: (error) => {
        welcomed.reject(error);
        this.#lost(error);
      },
    });
    const welcome = await welcomed.promise;
    if (welcome.isKnown) await this.#settle();
    if (this.#line === null) throw new Error(BROKE);
    this.#welcome = welcome;
    if (!welcome.isKnown) for (const one of this.#handshakes.forgotten()) this.#publish(one);
    this.#releaseAll();
  }

  /** Those that were given up in between: the broker is to be done with them, too. */
  async #settle(): Promise<void> {
    const open = this.#handshakes.all().filter(({ at, isTold }) => at === "nowhere" && !isTold);
    if (this.#session === null || open.length === 0) return;
    for (const delivery of await this.#session.settledOf(open.map((one) => one.delivery)))
      this.#handshakes.written(delivery);
  }

  #lost(error: Error): void {
    this.#line = null;
    this.#welcome = null;
    this.#timers.stop("owed");
    const outcome = outcomeOf(error);
    for (const one of this.#handshakes.lost()) tell(one, outcome);
    this.#fail(outcome);
    if (this.#handshakes.all().some(({ isTold }) => isTold))
      this.#timers.start("again", AGAIN_MS, () => this.resume());
  }

  #fail(outcome: Outcome): void {
    for (const { done } of this.#waiting.splice(0)) done(outcome);
  }

  #owe(one: Handshake): void {
    one.sinceMs = this.#parts.clock.monotonicMs();
    this.#timers.start("owed", LOOK_MS, () => this.#lookAtOwed(one.sinceMs));
  }

  #lookAtOwed(lookedMs: number): void {
    const sinceMs = this.#handshakes.owedSinceMs();
    if (sinceMs === null) return;
    const nowMs = this.#parts.clock.monotonicMs();
    this.#timers.start("owed", LOOK_MS, () => this.#lookAtOwed(nowMs));
    // Who slept has not read yet what may have been answered meanwhile. And who owes one so long owes all.
    if (nowMs - lookedMs < 3 * LOOK_MS && nowMs - sinceMs >= TIMEOUT_MS)
      this.#line?.destroy(new Error("the broker did not acknowledge in time"));
  }

  #sweepLater(): void {
    this.#timers.start("sweep", SWEEP_MS, () => {
      // What it does not find out now it does the next time.
      void this.#settle().then(
        () => this.#releaseAll(),
        () => undefined,
      );
    });
  }

  #countRepeated(): void {
    // For people to know: no message is held back for it.
    void this.#session?.countRepeated(1).catch(() => undefined);
  }
}

function isAnswer(kind: Acknowledgement, { at, qos }: Handshake): boolean {
  if (kind === "pubcomp") return at === "released";
  return at === "published" && qos === (kind === "puback" ? 1 : 2);
}

function tell(one: Handshake, outcome: Outcome): void {
  const { done } = one;
  one.done = null;
  done?.(outcome);
}

/** With the most that the frame's head and properties may have. */
const sizeOf = ({ topic, payload }: Publication): number =>
  Buffer.byteLength(topic) + Buffer.byteLength(payload) + 15;
