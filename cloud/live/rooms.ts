import type { Clock } from "../../protocol/clock.ts";
import type { Random } from "../../protocol/random.ts";
import { SECOND } from "../../protocol/units.ts";
import { Recent } from "./recent.ts";

/** For how long events are kept, and values asked of gateways, for somebody who has gone and may come back. */
export const LINGER_MS = 30 * SECOND;
/** Those who left and are remembered, in one organisation; bounds what opening and closing costs. */
const GONE_MAX = 100;

/** What an organisation's browsers share. */
export interface Room<Browser> {
  readonly browsers: Set<Browser>;
  readonly recent: Recent;
}

interface Kept<Browser> extends Room<Browser> {
  /** Those who left a moment ago, with what ends their being remembered. */
  readonly gone: Map<Browser, () => void>;
  /** Ends the waiting for somebody who was about to come in; null when nobody is. */
  expected: (() => void) | null;
}

/** A room for every organisation of which somebody is here, or was a moment ago. */
export class Rooms<Browser> {
  readonly #rooms = new Map<string, Kept<Browser>>();
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #forget: (browser: Browser) => void;

  /** `forget` is called when somebody who left will not be waited for any longer. */
  constructor(parts: { clock: Clock; random: Random; forget(browser: Browser): void }) {
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#forget = parts.forget;
  }

  of(organizationId: string): Room<Browser> | undefined {
    return this.#rooms.get(organizationId);
  }

  /** The organisation's room, for somebody to come in. */
  open(organizationId: string): Room<Browser> {
    return this.#open(organizationId);
  }

  /** The same for somebody who is about to come in. */
  expect(organizationId: string): Room<Browser> {
    const room = this.#open(organizationId);
    room.expected?.();
    room.expected = this.#clock.after(LINGER_MS, () => {
      room.expected = null;
      this.#endEmpty(organizationId, room);
    });
    return room;
  }

  leave(organizationId: string, browser: Browser): void {
    const room = this.#rooms.get(organizationId);
    if (room === undefined || !room.browsers.delete(browser)) return;
    const end = () => this.#end(organizationId, room, browser);
    const cancel = this.#clock.after(LINGER_MS, end);
    room.gone.set(browser, () => {
      cancel();
      end();
    });
    if (room.gone.size > GONE_MAX) room.gone.values().next().value?.();
  }

  /** Nobody who left is waited for any longer. */
  clear(): void {
    for (const { gone, expected } of this.#rooms.values()) {
      expected?.();
      for (const end of [...gone.values()]) end();
    }
    this.#rooms.clear();
  }

  #open(organizationId: string): Kept<Browser> {
    const known = this.#rooms.get(organizationId);
    if (known !== undefined) return known;
    const nobody = { browsers: new Set<Browser>(), gone: new Map(), expected: null };
    const room = { ...nobody, recent: new Recent(this.#random) };
    this.#rooms.set(organizationId, room);
    return room;
  }

  #end(organizationId: string, room: Kept<Browser>, browser: Browser): void {
    room.gone.delete(browser);
    this.#forget(browser);
    this.#endEmpty(organizationId, room);
  }

  #endEmpty(organizationId: string, { browsers, gone, expected }: Kept<Browser>): void {
    if (browsers.size + gone.size === 0 && expected === null) this.#rooms.delete(organizationId);
  }
}
