/**
 * The live connection of a page: one WebSocket, whatever many islands look at it, and polls while there is none.
 *
 * Promises: what it says about itself is true (see `connection.ts`); it goes on where the page was rendered or the line
 * broke, each event taking effect once, and where the cloud cannot tell what was missed the page asks for all of it; a
 * burst of news asks the server once.
 * Never the truth: a page is complete without it.
 */
import { backoffDelayMs, RECONNECT_BACKOFF } from "../../protocol/backoff.ts";
import type { Clock } from "../../protocol/clock.ts";
import type { LiveEvent } from "../../protocol/live/event.ts";
import type { Random } from "../../protocol/random.ts";
import { SECOND } from "../../protocol/units.ts";
import type { DeviceState } from "../words/words.ts";
import { Changing } from "./changing.ts";
import { type Connection, type ConnectionEvent, nextConnection } from "./connection.ts";
import type { JobProgress } from "./job-progress.ts";
import { type Polled, Poller } from "./poller.ts";
import { Position } from "./position.ts";
import type { Telemetry } from "./telemetry-event.ts";
import { Watched } from "./watched.ts";

export type { Connection, ConnectionKind } from "./connection.ts";
export { LiveContext, useConnection, useDeviceState, useDeviceStates, useMissed } from "./context.ts";
export type { JobProgress } from "./job-progress.ts";
export type { Polled } from "./poller.ts";
export type { Telemetry } from "./telemetry-event.ts";

/** The cloud speaks every 20 s; after twice that and a bit, the line is dead. */
export const SILENCE_MS = 45 * SECOND;
/** The same for a machine that may have slept, and its timers with it. */
export const STALE_MS = 25 * SECOND;
/** A line that does not open in so many attempts one after the other is blocked on the way: polls take its place. */
export const POLL_AFTER_FAILURES = 2;
/** The same when an attempt says nothing for so long. */
export const POLL_AFTER_MS = 6 * SECOND;
/** A page asks for its parts again at most this often, however much happens. */
export const CHANGED_EVERY_MS = 2 * SECOND;
const CHANGED_DELAY_MS = 250;

export interface LiveSocket {
  send(text: string): void;
  close(): void;
}

/** What the cloud is told when it is asked for events. */
export interface Wish {
  /** Id of the last event the page has; null for from now on. */
  after: string | null;
  /** Ids of the devices whose values are looked at. */
  watch: readonly string[];
}

export interface LiveParts {
  clock: Clock;
  random: Random;
  /** Opens the line; `closed` is called, also when it never opened. `refused`: the cloud says the session is over. */
  connect(wish: Wish, on: { message(text: string): void; closed(why?: "refused"): void }): LiveSocket;
  /** Asks once; with `holds` the answer may wait for news. */
  poll(wish: Wish, holds: boolean, signal: AbortSignal): Promise<Polled>;
  /** The page's parts are out of date. */
  changed(): void;
}

export interface HeardState extends DeviceState {
  sinceMs: number;
  /** When this page heard it, ms since 1970 by the reader's clock. */
  heardMs: number;
}

export class Live {
  readonly #parts: LiveParts;
  readonly connection: Changing<Connection>;
  /** Counts up whenever something may have been missed: readers of history ask for it again. */
  readonly missed = new Changing(0);
  /** How many messages of the inbox are unread, and when this page heard it; null while it heard nothing. */
  readonly unread = new Changing<{ count: number; heardMs: number } | null>(null);
  /** Counts up with every message for the reader. */
  readonly told = new Changing(0);
  readonly #devices = new Map<string, Changing<HeardState | undefined>>();
  readonly #jobs = new Map<string, Changing<JobProgress | undefined>>();
  readonly #jobLogs = new Map<string, Changing<number>>();
  readonly #watched: Watched;
  #clockOffsetMs = 0;
  #socket: LiveSocket | null = null;
  #position = new Position(null);
  readonly #poller: Poller;
  /** Lines in a row that never opened. */
  #failures = 0;
  #attempt = 0;
  #running = false;
  /** When the line was opened or last brought something, ms since 1970. */
  #heardMs = 0;
  #cancelReconnect: (() => void) | null = null;
  #cancelSilence: (() => void) | null = null;
  #cancelChanged: (() => void) | null = null;
  #changedMs = Number.NEGATIVE_INFINITY;

  constructor(parts: LiveParts) {
    this.#parts = parts;
    this.connection = new Changing<Connection>({ kind: "connecting", sinceMs: 0 });
    this.#watched = new Watched(() => this.#sendWatch());
    const holds = () => this.connection.value.kind === "polling";
    this.#poller = new Poller({
      ...parts,
      poll: (signal) => parts.poll(this.#wish(), holds(), signal),
      told: (outcome) => this.#polled(outcome),
    });
  }

  /** `after` is the id of the event up to which the page is complete; null when it does not know. */
  start(after: string | null): void {
    if (this.#running) return;
    this.#running = true;
    this.#position = new Position(after);
    this.connection.value = { kind: "connecting", sinceMs: this.#parts.clock.nowMs() };
    this.#connect();
  }

  stop(): void {
    this.#running = false;
    this.#forgetTimers();
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /** The cloud's time as far as this page can tell, ms since 1970. */
  nowMs(): number {
    return this.#parts.clock.nowMs() + this.#clockOffsetMs;
  }

  /** What was last heard of a device; undefined when nothing was since the page was opened. */
  device(id: string): Changing<HeardState | undefined> {
    let known = this.#devices.get(id);
    if (known === undefined) {
      known = new Changing<HeardState | undefined>(undefined);
      this.#devices.set(id, known);
    }
    return known;
  }

  /** What was last heard of a job; every event is heard, one after the other. */
  job(id: string): Changing<JobProgress | undefined> {
    let known = this.#jobs.get(id);
    if (known === undefined) {
      known = new Changing<JobProgress | undefined>(undefined);
      this.#jobs.set(id, known);
    }
    return known;
  }

  /** Counts up whenever lines of a job were written. */
  jobLog(id: string): Changing<number> {
    let known = this.#jobLogs.get(id);
    if (known === undefined) {
      known = new Changing(0);
      this.#jobLogs.set(id, known);
    }
    return known;
  }

  hearUnread(count: number): void {
    this.unread.value = { count, heardMs: this.#parts.clock.nowMs() };
  }

  /** Looks at a device's values until the returned function is called. */
  watch(deviceId: string, listener: (event: Telemetry) => void): () => void {
    return this.#watched.add(deviceId, listener);
  }

  /** The machine has a network again or has slept, or the page is shown again: do not wait for the next attempt. */
  hurry(): void {
    if (!this.#running) return;
    if (this.#parts.clock.nowMs() - this.#heardMs > STALE_MS) this.#socket?.close();
    if (this.#socket !== null) return;
    this.#cancelReconnect?.();
    this.#connect();
  }

  /** The machine has no network: the line is dead, whether or not anybody has noticed. */
  unreached(): void {
    if (!this.#running) return;
    this.#step("unreached");
    this.#socket?.close();
  }

  #connect(): void {
    this.#cancelReconnect = null;
    // `closed` may be called before `connect` returns, so a socket is known by an object of its own.
    const line = { open: true, brought: false };
    const socket = this.#parts.connect(this.#wish(), {
      message: (text) => {
        if (!line.open || !this.#running) return;
        line.brought = true;
        this.#heard(text);
      },
      closed: (why) => {
        if (!line.open) return;
        line.open = false;
        if (!this.#running) return;
        if (why === "refused") this.#refused();
        else this.#lost(line.brought);
      },
    });
    this.#socket = line.open ? socket : null;
    this.#listenForSilence();
  }

  #heard(text: string): void {
    this.#listenForSilence();
    if (this.connection.value.kind !== "live") this.#opened();
    const event = readEvent(text);
    if (event !== null) this.#take(event);
  }

  #take(event: LiveEvent): void {
    const isNews = event.id === undefined || this.#position.moveTo(event.id);
    switch (event.type) {
      case "heartbeat":
        this.#clockOffsetMs = event.now - this.#parts.clock.nowMs();
        return;
      case "resync":
        this.#missed();
        return;
      case "telemetry":
        if (isNews) this.#watched.tell(event);
        return;
      case "device:status":
        if (isNews) this.#restate(event);
        return;
      case "job:progress":
        if (!isNews) return;
        this.job(event.job).value = event;
        this.#announce();
        return;
      case "job:log":
        // No part of a page has lines but the log itself.
        if (isNews) this.jobLog(event.job).value += 1;
        return;
      case "notification:new":
        if (!isNews) return;
        this.told.value += 1;
        this.#announce();
        return;
      case "notification:read":
        if (!isNews) return;
        this.hearUnread(event.unread);
        this.#announce();
        return;
      case "site:update":
      case "audit:new":
        if (isNews) this.#announce();
        return;
    }
  }

  #restate({ device, connectivity, health, since }: Extract<LiveEvent, { type: "device:status" }>): void {
    const heardMs = this.#parts.clock.nowMs();
    const known = this.#devices.get(device);
    if (known !== undefined) known.value = { connectivity, health, sinceMs: since, heardMs };
    this.#announce();
  }

  #missed(): void {
    this.missed.value += 1;
    this.#announce();
  }

  #opened(): void {
    // Without a position nobody can tell what happened since the page was rendered. With one, what devices measured
    // meanwhile is still only in their history: nobody was told of it whose line was down.
    if (this.connection.value.kind !== "connecting") {
      if (this.#position.id === null) this.#missed();
      else this.missed.value += 1;
    }
    this.#attempt = 0;
    this.#poller.stop();
    this.#step("heard");
    this.#sendWatch();
  }

  #lost(brought: boolean): void {
    this.#socket = null;
    this.#failures = brought ? 0 : this.#failures + 1;
    this.#cancelSilence?.();
    this.#step("lost");
    const delayMs = backoffDelayMs(RECONNECT_BACKOFF, this.#attempt, this.#parts.random);
    this.#cancelReconnect?.();
    this.#cancelReconnect = this.#parts.clock.after(delayMs, () => this.#connect());
    this.#poller.within(this.#failures === POLL_AFTER_FAILURES ? 0 : POLL_AFTER_MS);
    this.#attempt += 1;
  }

  /** Who is not known any more need not try again. */
  #refused(): void {
    this.#step("refused");
    this.stop();
  }

  #polled(outcome: Polled): void {
    if (outcome.kind === "polled") {
      if (this.#position.id === null) this.#missed();
      for (const event of outcome.events) this.#take(event);
    }
    if (outcome.kind === "refused") this.#refused();
    else this.#step(outcome.kind);
  }

  #wish(): Wish {
    return { after: this.#position.id, watch: this.#watched.ids() };
  }

  #listenForSilence(): void {
    this.#heardMs = this.#parts.clock.nowMs();
    this.#cancelSilence?.();
    this.#cancelSilence = this.#parts.clock.after(SILENCE_MS, () => this.#socket?.close());
  }

  #announce(): void {
    if (this.#cancelChanged !== null) return;
    const sinceMs = this.#parts.clock.monotonicMs() - this.#changedMs;
    const delayMs = Math.max(CHANGED_DELAY_MS, CHANGED_EVERY_MS - sinceMs);
    this.#cancelChanged = this.#parts.clock.after(delayMs, () => {
      this.#cancelChanged = null;
      this.#changedMs = this.#parts.clock.monotonicMs();
      this.#parts.changed();
    });
  }

  #sendWatch(): void {
    this.#poller.again();
    if (this.#socket === null || this.connection.value.kind !== "live") return;
    this.#socket.send(JSON.stringify({ watch: this.#watched.ids() }));
  }

  #step(event: ConnectionEvent): void {
    this.connection.value = nextConnection(this.connection.value, event, this.#parts.clock.nowMs());
  }

  #forgetTimers(): void {
    this.#poller.stop();
    for (const cancel of [this.#cancelReconnect, this.#cancelSilence, this.#cancelChanged]) cancel?.();
    this.#cancelReconnect = null;
    this.#cancelSilence = null;
    this.#cancelChanged = null;
  }
}

/** The cloud is of our own making: what does not parse is a newer kind of message, and is passed over. */
function readEvent(text: string): LiveEvent | null {
  try {
    const event = JSON.parse(text) as LiveEvent;
    return typeof event === "object" && event !== null && typeof event.type === "string" ? event : null;
  } catch {
    return null;
  }
}
