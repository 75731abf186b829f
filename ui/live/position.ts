import { parseEventId } from "../../protocol/live/event-id.ts";

/**
 * The last event a page has. Two lines may bring the same ones for a moment, a poll that was under way and the line
 * that is back: each takes effect once.
 */
export class Position {
  #id: string | null;

  /** Null when the page does not know of when it is. */
  constructor(id: string | null) {
    this.#id = id;
  }

  get id(): string | null {
    return this.#id;
  }

  /** Whether an event with this id is news; if so it is now the last. */
  moveTo(id: string): boolean {
    const [now, next] = [parseEventId(this.#id ?? ""), parseEventId(id)];
    if (next === null || (now?.epoch === next.epoch && next.seq <= now.seq)) return false;
    this.#id = id;
    return true;
  }
}
