/**
 * The live connection of a page: one WebSocket, whatever many islands look at it.
 *
 * Promises: what it says about itself is true (see `connection.ts`); what was missed while the line was down is asked
 * for again when it is back, and every few seconds while it stays down; a burst of news asks the server once.
 * Never the truth: a page is complete without it, and every message may be lost.
 */
import { type Signal, signal } from "@preact/signals";
import { backoffDelayMs, RECONNECT_BACKOFF } from "../../protocol/backoff.ts";
import type { Clock } from "../../protocol/clock.ts";
import type { LiveEvent } from "../../protocol/live/event.ts";
import type { Random } from "../../protocol/random.ts";
import { SECOND } from "../../protocol/units.ts";
import type { DeviceState } from "../words/words.ts";
import { type Connection, type ConnectionEvent, nextConnection } from "./connection.ts";
import type { Telemetry } from "./telemetry-event.ts";
import { Watched } from "./watched.ts";

export type { Connection, ConnectionKind } from "./connection.ts";
export { LiveContext, useDeviceState } from "./context.ts";
export type { Telemetry } from "./telemetry-event.ts";

/** The cloud speaks every 20 s; after twice that and a bit, the line is dead. */
export const SILENCE_MS = 45 * SECOND;
export const POLL_AFTER_MS = 6 * SECOND;
export const POLL_EVERY_MS = 10 * SECOND;
/** A page asks for its parts again at most this often, however much happens. */
export const CHANGED_EVERY_MS = 2 * SECOND;
const CHANGED_DELAY_MS = 250;

export interface LiveSocket {
  send(text: string): void;
  close(): void;
}

export interface LiveParts {
  clock: Clock;
  random: Random;
  /** Opens the line; `closed` is called, also when it never opened. `refused`: the cloud says the session is over. */
  connect(on: { message(text: string): void; closed(why?: "refused"): void }): LiveSocket;
  /** Asks over HTTP whether the cloud is there and still knows us. */
  probe(): Promise<"polled" | "unreached" | "refused">;
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
  readonly connection: Signal<Connection>;
  /** Counts up whenever something may have been missed: readers of history ask for it again. */
  readonly missed = signal(0);
  readonly #devices = new Map<string, Signal<HeardState | undefined>>();
  readonly #watched: Watched;
  #clockOffsetMs = 0;
  #socket: LiveSocket | null = null;
  #attempt = 0;
  #running = false;
  #cancelReconnect: (() => void) | null = null;
  #cancelSilence: (() => void) | null = null;
  #cancelPoll: (() => void) | null = null;
  #cancelChanged: (() => void) | null = null;
  #changedMs = Number.NEGATIVE_INFINITY;

  constructor(parts: LiveParts) {
    this.#parts = parts;
    this.connection = signal<Connection>({ kind: "connecting", sinceMs: 0 });
    this.#watched = new Watched(() => this.#sendWatch());
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
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
  device(id: string): Signal<HeardState | undefined> {
    let known = this.#devices.get(id);
    if (known === undefined) {
      known = signal<HeardState | undefined>(undefined);
      this.#devices.set(id, known);
    }
    return known;
  }

  /** Looks at a device's values until the returned function is called. */
  watch(deviceId: string, listener: (event: Telemetry) => void): () => void {
    return this.#watched.add(deviceId, listener);
  }

  /** The machine has a network again, or the page is shown again: do not wait for the next attempt. */
  hurry(): void {
    if (!this.#running || this.#socket !== null) return;
    this.#cancelReconnect?.();
    this.#connect();
  }

  /** The machine has no network. */
  unreached(): void {
    if (this.#running) this.#step("unreached");
  }

  #connect(): void {
    this.#cancelReconnect = null;
    // `closed` may be called before `connect` returns, so a socket is known by an object of its own.
    const line = { open: true };
    const socket = this.#parts.connect({
      message: (text) => {
        if (line.open && this.#running) this.#heard(text);
      },
      closed: (why) => {
        if (!line.open) return;
        line.open = false;
        if (!this.#running) return;
        if (why === "refused") this.#refused();
        else this.#lost();
      },
    });
    this.#socket = line.open ? socket : null;
    this.#listenForSilence();
  }

  #heard(text: string): void {
    const event = readEvent(text);
    this.#listenForSilence();
    if (this.connection.value.kind !== "live") this.#opened();
    if (event === null) return;
    switch (event.type) {
      case "heartbeat":
        this.#clockOffsetMs = event.now - this.#parts.clock.nowMs();
        return;
      case "telemetry":
        this.#watched.tell(event);
        return;
      case "device:status": {
        const { connectivity, health, since } = event;
        const heardMs = this.#parts.clock.nowMs();
        const known = this.#devices.get(event.device);
        if (known !== undefined) known.value = { connectivity, health, sinceMs: since, heardMs };
        this.#announce();
        return;
      }
      case "site:update":
        this.#announce();
        return;
    }
  }

  #opened(): void {
    const first = this.connection.value.kind === "connecting";
    this.#attempt = 0;
    this.#cancelPoll?.();
    this.#cancelPoll = null;
    this.#step("heard");
    this.#sendWatch();
    if (first) return;
    this.missed.value += 1;
    this.#announce();
  }

  #lost(): void {
    this.#socket = null;
    this.#cancelSilence?.();
    this.#step("lost");
    const delayMs = backoffDelayMs(RECONNECT_BACKOFF, this.#attempt, this.#parts.random);
    this.#attempt += 1;
    this.#cancelReconnect?.();
    this.#cancelReconnect = this.#parts.clock.after(delayMs, () => this.#connect());
    this.#cancelPoll ??= this.#parts.clock.after(POLL_AFTER_MS, () => void this.#poll());
  }

  /** Who is not known any more need not try again. */
  #refused(): void {
    this.#step("refused");
    this.stop();
  }

  async #poll(): Promise<void> {
    const outcome = await this.#parts.probe();
    if (!this.#running || this.#cancelPoll === null) return;
    if (outcome === "refused") return this.#refused();
    this.#step(outcome);
    if (outcome === "polled") {
      this.missed.value += 1;
      this.#parts.changed();
    }
    const everyMs = POLL_EVERY_MS * (0.9 + 0.2 * this.#parts.random.next());
    this.#cancelPoll = this.#parts.clock.after(everyMs, () => void this.#poll());
  }

  #listenForSilence(): void {
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
    if (this.#socket === null || this.connection.value.kind !== "live") return;
    this.#socket.send(JSON.stringify({ watch: this.#watched.ids() }));
  }

  #step(event: ConnectionEvent): void {
    this.connection.value = nextConnection(this.connection.value, event, this.#parts.clock.nowMs());
  }

  #forgetTimers(): void {
    for (const cancel of [
      this.#cancelReconnect,
      this.#cancelSilence,
      this.#cancelPoll,
      this.#cancelChanged,
    ]) {
      cancel?.();
    }
    this.#cancelReconnect = null;
    this.#cancelSilence = null;
    this.#cancelPoll = null;
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
