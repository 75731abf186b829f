import type { Logger } from "@logtape/logtape";
import type { Transaction } from "kysely";
import type { Compressor } from "../../protocol/chunks/chunk.ts";
import type { Clock } from "../../protocol/clock.ts";
import { accept, type Refusal } from "../../protocol/errors.ts";
import type { Hello, Live } from "../../protocol/frames/control.ts";
import { decodeFrame } from "../../protocol/frames/frame.ts";
import { PACKINGS, readsPacked, unpackFrame } from "../../protocol/frames/packed.ts";
import type { Seq, UplogStream } from "../../protocol/log/cursor.ts";
import type { Random } from "../../protocol/random.ts";
import { SECOND } from "../../protocol/units.ts";
import { PROTOCOL_VERSION, PROTOCOL_VERSION_MIN } from "../../protocol/version.ts";
import type { CloudDatabase } from "../database/database.ts";
import type { Tables } from "../database/tables.ts";
import { Admission } from "./admission.ts";
import { Applier } from "./applier.ts";
import type { Applied } from "./apply.ts";
import { writeClockHistory } from "./clock-history.ts";
import { CLOSE_GOING_AWAY, CLOSE_TRY_LATER, type Connection } from "./connection.ts";
import { handleFrame, type Listener } from "./conversation.ts";
import type { ApplySimulation, DeviceApplier } from "./device-applier.ts";
import { DownAckNote } from "./down-ack-note.ts";
import { DownSender } from "./down-sender.ts";
import { readDown } from "./downlog.ts";
import { Flushes } from "./flushes.ts";
import type { GatewayClock } from "./gateway-clock.ts";
import { type Greeting, greet } from "./greeting.ts";
import type { JobHalf } from "./job-half.ts";
import type { KeyRotations } from "./key-rotation.ts";
import { type OpenSession, Session } from "./session.ts";
import type { VerifySignature } from "./signature.ts";

/** What the rest of the cloud hears from the hub. Nothing of it may throw or wait. */
export interface HubEvents<Change> {
  /** Entries of a gateway are committed. */
  applied(gateway: Greeting["gateway"], applied: Applied<Change>): void;
  /** Newest values of watched devices, not stored. */
  live(gatewayId: string, readings: Live["readings"]): void;
  /** A gateway's line was opened or lost. */
  connected(gateway: Greeting["gateway"], connected: boolean): void;
  /** The same, to be written down in this transaction; not told when it is this process that goes. */
  noteConnected(trx: Transaction<Tables>, gateway: Greeting["gateway"], connected: boolean): Promise<void>;
}

export interface HubParts<Change> {
  db: CloudDatabase;
  clock: Clock;
  random: Random;
  log: Logger;
  verifySignature: VerifySignature;
  compressor: Compressor;
  devices: DeviceApplier<Change>;
  simulation: ApplySimulation<Change>;
  jobs: JobHalf;
  keys: KeyRotations;
  /** `RightOfWay.giveWay` */
  giveWay(): Promise<void>;
  events: HubEvents<Change>;
}

/** Without a welcome by then a connection is closed. */
export const HELLO_TIMEOUT_MS = 10 * SECOND;
/** Gateways say something every 15 s; after this much silence the line is dead. */
export const SILENCE_MAX_MS = 45 * SECOND;
const SWEEP_MS = 5 * SECOND;

/**
 * All gateways that are connected to this process. Free of transport: whoever owns the sockets calls `open`,
 * `message` and `close`, in that order for each connection, and none of them throws or waits.
 */
export class Hub<Change = unknown> {
  readonly #parts: HubParts<Change>;
  readonly #applier: Applier<Change>;
  readonly #listener: Listener;
  readonly #admission: Admission;
  readonly #sessions = new Map<Connection, Session>();
  /** The open session of each connected gateway. */
  readonly #connected = new Map<string, Session>();
  readonly #watched = new Map<string, readonly string[]>();
  readonly #notes = new Set<Promise<unknown>>();
  readonly #clocksToNote = new Set<GatewayClock>();
  #stopping = false;
  #cancelSweep: (() => void) | null = null;

  constructor(parts: HubParts<Change>) {
    this.#parts = parts;
    this.#admission = new Admission(parts.random);
    this.#applier = new Applier<Change>({
      ...parts,
      alongside: async (trx, { opened }) => opened?.downAck.writeAlong(trx),
      onApplied: (session, stream, applied) => this.#applied(session, stream, applied),
    });
    this.#listener = {
      nowMs: () => parts.clock.nowMs(),
      hello: (session, hello) => void this.#greet(session, hello),
      queued: (session, frame) => this.#applier.queued(session, frame),
      downAcked: (session, opened, seq) => this.#downAcked(session, opened, seq),
      live: (gatewayId, readings) => parts.events.live(gatewayId, readings),
      timeIs: (session, opened, theirMs) => this.#timeIs(session, opened, theirMs),
      clockSteps: (_, opened, steps) => {
        opened.clock.told(steps);
        this.#noteClock(opened);
      },
      refused: (session, { code, detail }) => {
        parts.log.warn("a gateway refused the session", { gateway: session.gatewayId, code, detail });
        session.close(CLOSE_TRY_LATER, "refused by the gateway");
      },
    };
  }

  /** Begins to look for silent connections. */
  start(): void {
    this.#cancelSweep ??= this.#parts.clock.after(SWEEP_MS, () => this.#sweep());
  }

  /** Closes every connection; resolves when what is being applied is committed. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#cancelSweep?.();
    this.#cancelSweep = null;
    for (const session of [...this.#sessions.values()]) session.close(CLOSE_GOING_AWAY, "stopping");
    await this.#applier.idle();
    await Promise.all(this.#notes);
  }

  open(connection: Connection): void {
    const { clock, random } = this.#parts;
    const nonce = random.bytes(24).toBase64({ alphabet: "base64url" });
    const session = new Session(connection, nonce, clock.monotonicMs(), this.#admission, () =>
      this.#ended(session),
    );
    this.#sessions.set(connection, session);
    const protocol = { min: PROTOCOL_VERSION_MIN, max: PROTOCOL_VERSION };
    session.send({ type: "challenge", protocol, packing: [...PACKINGS], nonce, nowMs: clock.nowMs() });
  }

  message(connection: Connection, bytes: Uint8Array): void {
    const session = this.#sessions.get(connection);
    if (session === undefined) return;
    session.heardMs = this.#parts.clock.monotonicMs();
    // A Node Buffer's `slice` shares memory; frames must own what they keep.
    const message = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const refusal = this.#read(session, message);
    if (refusal !== null) session.refuse(refusal);
  }

  /** Nobody who has not shown who they are makes us unpack anything. */
  #read(session: Session, message: Uint8Array): Refusal | null {
    const { compressor } = this.#parts;
    const bytes = session.state === "open" ? unpackFrame(message, compressor) : accept(message);
    if (!bytes.ok) return bytes.refusal;
    const frame = decodeFrame(bytes.value);
    return frame.ok
      ? handleFrame(this.#listener, session, frame.value, bytes.value.byteLength)
      : frame.refusal;
  }

  close(connection: Connection): void {
    this.#sessions.get(connection)?.ended();
  }

  /** How many gateways are connected to this process. */
  get connections(): number {
    return this.#connected.size;
  }

  isConnected(gatewayId: string): boolean {
    return this.#connected.has(gatewayId);
  }

  /** When a connected gateway last said something, ms since 1970; null when it is not connected. */
  lastHeardMs(gatewayId: string): number | null {
    const session = this.#connected.get(gatewayId);
    return session === undefined ? null : this.#heardAtMs(session);
  }

  /** By how much a connected gateway's clock is ahead; null when it is not connected. */
  clockSkewMs(gatewayId: string): number | null {
    return this.#connected.get(gatewayId)?.opened?.clock.skewMs ?? null;
  }

  /** Browsers look at these devices of the gateway, by key, and at no others: now, and when it connects again. */
  watch(gatewayId: string, devices: readonly string[]): void {
    if (devices.length === 0) this.#watched.delete(gatewayId);
    else this.#watched.set(gatewayId, devices);
    this.#connected.get(gatewayId)?.send({ type: "watch", devices: [...devices] });
  }

  /**
   * Brings up the open telemetry of these devices. True once it is applied; false when the gateway is not connected,
   * or has not done it within `timeoutMs`.
   */
  async flush(gatewayId: string, devices: readonly string[], timeoutMs: number): Promise<boolean> {
    const session = this.#connected.get(gatewayId);
    if (session?.opened == null) return false;
    return session.opened.flushes.begin(timeoutMs, (id) =>
      session.send({ type: "flush", id, devices: [...devices] }),
    );
  }

  /** Something was appended to the gateway's downlog, and committed. */
  downAppended(gatewayId: string): void {
    const session = this.#connected.get(gatewayId);
    if (session !== undefined) this.#pump(session);
  }

  /** Ends the gateway's session, when it has one, with a reason. */
  refuse(gatewayId: string, refusal: Refusal): void {
    this.#connected.get(gatewayId)?.refuse(refusal);
  }

  async #greet(session: Session, hello: Hello): Promise<void> {
    const { log } = this.#parts;
    const retryAfterMs = this.#admission.retryAfterMs();
    if (retryAfterMs !== null) {
      const detail = `${this.#admission.waitingBytes} bytes of others wait to be applied`;
      log.warn("a gateway was asked to come again", { gateway: hello.gateway, retryAfterMs, detail });
      return session.refuse({ code: "cloud.busy", detail }, retryAfterMs);
    }
    try {
      const roundTripMs = session.heardMs - session.sinceMs;
      const greeting = await greet(this.#parts, session.nonce, hello, roundTripMs);
      // The gateway may forget what the welcome says is here.
      await this.#parts.db.durable();
      if (readsPacked(hello.packing)) session.compressor = this.#parts.compressor;
      // The line may be gone by now.
      if (session.state !== "greeting") return;
      if (greeting.ok) return this.#welcome(session, greeting.value);
      log.info("a gateway was refused", { gateway: hello.gateway, ...greeting.refusal });
      session.refuse(greeting.refusal);
    } catch (error) {
      log.error("a gateway could not be welcomed", { gateway: hello.gateway, error });
      session.refuse({ code: "internal.error", detail: "the hello could not be answered" });
    }
  }

  #welcome(session: Session, greeting: Greeting): void {
    const { db, clock, log, events } = this.#parts;
    const { gateway, welcome, downCursor } = greeting;
    const { epoch } = welcome.downlog;
    session.begin({
      greeting,
      down: new DownSender(
        downCursor,
        async (after, maxBytes) => {
          const read = await readDown(db.read, gateway.id, epoch, after, maxBytes);
          // What a cloud that loses its power has forgotten must not have been done.
          await db.durable();
          return read;
        },
        (frame) => session.send({ type: "entries", ...frame }),
      ),
      flushes: new Flushes(clock),
      applied: { ...welcome.uplog },
      heads: { ...greeting.heads },
      downAck: new DownAckNote(this.#parts, gateway.id, epoch, downCursor),
      clock: greeting.clock,
    });
    const before = this.#connected.get(gateway.id);
    // The new one takes the place first, so that the end of the old one does not look like a lost line.
    this.#connected.set(gateway.id, session);
    before?.refuse({ code: "gateway.superseded", detail: `gateway ${gateway.id}` });
    session.send({ type: "welcome", ...welcome });
    const watched = this.#watched.get(gateway.id);
    if (watched !== undefined) session.send({ type: "watch", devices: [...watched] });
    log.info("a gateway connected", { gateway: gateway.id });
    if (greeting.isCloned) log.warn("two machines are the same gateway", { gateway: gateway.id });
    events.connected(gateway, true);
    if (before === undefined) this.#note(gateway.id, (trx) => events.noteConnected(trx, gateway, true));
    // Even when the welcome says there is nothing: something may have been appended since.
    this.#pump(session);
  }

  #applied(session: Session, stream: UplogStream, applied: Applied<Change>): void {
    const { opened } = session;
    if (opened === null) return;
    opened.applied[stream] = applied.cursor;
    if (applied.entries > 0) this.#parts.events.applied(opened.greeting.gateway, applied);
    if (stream === "bulk") opened.flushes.applied(applied.cursor);
  }

  #timeIs(session: Session, { clock, heads, greeting }: OpenSession, theirMs: number): void {
    const nowMs = this.#parts.clock.nowMs();
    clock.answered({ theirMs, nowMs }, session.heardMs, heads);
    this.#noteClock({ clock, greeting });
  }

  #noteClock({ clock, greeting }: Pick<OpenSession, "clock" | "greeting">): void {
    // One at a time: a gateway may say what it likes of its clock as often as it likes.
    if (clock.isTaken || this.#clocksToNote.has(clock)) return;
    this.#clocksToNote.add(clock);
    const { gateway, epoch } = greeting;
    this.#note(gateway.id, async (trx) => {
      this.#clocksToNote.delete(clock);
      const row = trx.updateTable("gateway").where("id", "=", gateway.id);
      await row.set({ clock_skew_ms: clock.skewMs }).execute();
      await writeClockHistory(trx, gateway.id, epoch, clock.take());
    });
  }

  #downAcked(session: Session, opened: OpenSession, seq: Seq): Refusal | null {
    const acked = opened.down.acknowledged(seq);
    if (!acked.ok) return acked.refusal;
    const { downAck, greeting } = opened;
    if (seq === downAck.acked) return null;
    downAck.acknowledged(seq, () => this.#note(greeting.gateway.id, (trx) => downAck.write(trx)));
    this.#pumped(session, opened.down.resume());
    return null;
  }

  #pump(session: Session): void {
    if (session.opened !== null) this.#pumped(session, session.opened.down.pump());
  }

  #pumped(session: Session, pumped: Promise<void>): void {
    pumped.catch((error: unknown) => {
      this.#parts.log.error("the downlog could not be read", { gateway: session.gatewayId, error });
      session.refuse({ code: "internal.error", detail: "the downlog could not be read" });
    });
  }

  #ended(session: Session): void {
    const { log, events } = this.#parts;
    this.#sessions.delete(session.connection);
    this.#applier.forget(session);
    if (session.opened === null) return;
    const { downAck } = session.opened;
    downAck.stop();
    const { gateway } = session.opened.greeting;
    if (this.#connected.get(gateway.id) !== session) return;
    this.#connected.delete(gateway.id);
    log.info("a gateway's line was lost", { gateway: gateway.id });
    events.connected(gateway, false);
    const seenMs = this.#heardAtMs(session);
    const isOurs = this.#stopping;
    this.#note(gateway.id, async (trx) => {
      const row = trx.updateTable("gateway").where("id", "=", gateway.id);
      await row.set({ last_seen_ms: seenMs }).execute();
      await downAck.write(trx);
      if (!isOurs) await events.noteConnected(trx, gateway, false);
    });
  }

  /** Writes what only people look at. Nothing depends on it, so failing is no reason to end a session. */
  #note(gatewayId: string, write: (trx: Transaction<Tables>) => Promise<unknown>): void {
    const note: Promise<unknown> = this.#parts.db
      .write(write)
      .catch((error: unknown) =>
        this.#parts.log.warn("a note was not written", { gateway: gatewayId, error }),
      )
      .finally(() => this.#notes.delete(note));
    this.#notes.add(note);
  }

  #heardAtMs(session: Session): number {
    const { clock } = this.#parts;
    return Math.round(clock.nowMs() - (clock.monotonicMs() - session.heardMs));
  }

  #sweep(): void {
    const nowMs = this.#parts.clock.monotonicMs();
    for (const session of [...this.#sessions.values()]) {
      if (nowMs - session.heardMs > SILENCE_MAX_MS) session.close(CLOSE_TRY_LATER, "silent");
      else if (session.state !== "open" && nowMs - session.sinceMs > HELLO_TIMEOUT_MS) {
        session.close(CLOSE_TRY_LATER, "no hello");
      } else if (session.state === "open" && session.opened?.clock.mayAsk(nowMs)) {
        session.send({ type: "ping", nowMs: this.#parts.clock.nowMs() });
      }
    }
    this.#cancelSweep = this.#parts.clock.after(SWEEP_MS, () => this.#sweep());
  }
}
