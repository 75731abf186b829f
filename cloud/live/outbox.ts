import type { LiveEvent } from "../../protocol/live/event.ts";
import { KIB } from "../../protocol/units.ts";

/** One end of a browser's WebSocket: nothing of Bun. The same object stands for the same connection in every call. */
export interface BrowserConnection {
  /** Puts one text message on the line. Harmless after the line is closed. */
  send(text: string): void;
  /** Bytes given to `send` that have not left yet. */
  bufferedAmount(): number;
  close(code: number, reason: string): void;
  /** Everything that was missed has been sent; what follows is as it happens. */
  caughtUp?(): void;
}

/** From here on a browser is slow: what is meant for it is conflated until it has read. */
export const SLOW_BYTES = 64 * KIB;
/** Things a slow browser can be behind with. More than that, and it is better off to load its page again. */
export const PENDING_MAX = 5_000;

/**
 * What one browser is sent. While it keeps up each event goes out at once; while it does not, only the newest of each
 * thing is kept: the newest state of a device, the newest value of a metric. So a slow browser sees less, never late.
 * What it is sent always counts up in its ids, so that the last of them tells what it has not seen.
 */
export class Outbox {
  readonly #connection: BrowserConnection;
  readonly #pending = new Map<string, LiveEvent>();

  constructor(connection: BrowserConnection) {
    this.#connection = connection;
  }

  get isWaiting(): boolean {
    return this.#pending.size > 0;
  }

  /** `text` is the event as JSON, made once for all browsers. False when the browser is hopelessly behind. */
  offer(event: LiveEvent, text: string): boolean {
    if (this.#pending.size === 0 && this.#connection.bufferedAmount() < SLOW_BYTES) {
      this.#connection.send(text);
      return true;
    }
    const key = keyOf(event);
    const before = this.#pending.get(key);
    this.#pending.delete(key);
    this.#pending.set(key, before === undefined ? event : newest(before, event));
    return this.#pending.size <= PENDING_MAX;
  }

  /** Sends what waits, as far as the browser reads. */
  drain(): void {
    for (const [key, event] of this.#pending) {
      if (this.#connection.bufferedAmount() >= SLOW_BYTES) return;
      this.#pending.delete(key);
      this.#connection.send(JSON.stringify(event));
    }
  }
}

function keyOf(event: LiveEvent): string {
  switch (event.type) {
    case "device:status":
    case "telemetry":
      return `${event.type} ${event.device}`;
    case "site:update":
      return `${event.type} ${event.site}`;
    case "job:progress":
    case "job:log":
      return `${event.type} ${event.job}`;
    case "notification:new":
      return `${event.type} ${event.notification}`;
    case "notification:read":
    case "audit:new":
    case "heartbeat":
    case "resync":
      return event.type;
  }
}

/**
 * The later of two events about one thing; of telemetry, the newest value of each metric of both; of a job, which of its
 * executions changed is not put together: there are others; of what people did, how much it was.
 */
function newest(before: LiveEvent, after: LiveEvent): LiveEvent {
  if (after.type === "job:progress") return { ...after, more: true };
  if (before.type === "audit:new" && after.type === "audit:new")
    return { ...after, count: before.count + after.count };
  if (before.type !== "telemetry" || after.type !== "telemetry") return after;
  const readings = new Map(before.readings.map((reading) => [reading[0], reading]));
  for (const reading of after.readings) readings.set(reading[0], reading);
  return { ...after, readings: [...readings.values()] };
}
