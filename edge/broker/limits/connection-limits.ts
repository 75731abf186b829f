import type { Clock } from "../../../protocol/clock.ts";
import { SECOND } from "../../../protocol/units.ts";

/** 0 sets no limit. */
export interface ConnectionBounds {
  perAddress: number;
  /** New connections of one address a second, over a while. */
  connectsPerSecond: number;
}

/** So many seconds' worth of new connections may come at once: a whole site comes back after a power cut. */
const BURST_SECONDS = 20;
/** Addresses that are remembered although nobody is connected from them. */
const REMEMBERED_MAX = 4_096;
/** This machine itself: a proxy, a simulator. Who can use it has other ways to be in the way. */
const OWN_ADDRESSES = new Set(["127.0.0.1", "::1", "::ffff:127.0.0.1"]);

interface Address {
  open: number;
  left: number;
  filledMs: number;
}

/** Who may have one more connection. Whoever is let in is counted until told otherwise. */
export class ConnectionLimits {
  readonly #bounds: ConnectionBounds;
  readonly #clock: Clock;
  readonly #addresses = new Map<string, Address>();

  constructor(bounds: ConnectionBounds, clock: Clock) {
    this.#bounds = bounds;
    this.#clock = clock;
  }

  /** Lets a connection of this address in, or says why not. */
  open(address: string): string | null {
    if (OWN_ADDRESSES.has(address)) return null;
    const { perAddress, connectsPerSecond } = this.#bounds;
    const known = this.#filled(address);
    if (connectsPerSecond > 0 && known.left < 1) {
      return `it connects more than ${connectsPerSecond} times a second (mqtt.max-connects-per-second)`;
    }
    known.left -= 1;
    if (perAddress > 0 && known.open >= perAddress) {
      return `it has ${perAddress} connections already (mqtt.max-connections-per-address)`;
    }
    known.open += 1;
    return null;
  }

  /** A connection that was let in has ended. */
  closed(address: string): void {
    const known = this.#addresses.get(address);
    if (known !== undefined) known.open -= 1;
  }

  /** What is known of the address, filled up for the time that has passed. */
  #filled(address: string): Address {
    const full = this.#bounds.connectsPerSecond * BURST_SECONDS;
    const nowMs = this.#clock.monotonicMs();
    const known = this.#addresses.get(address) ?? { open: 0, left: full, filledMs: nowMs };
    const passedSeconds = (nowMs - known.filledMs) / SECOND;
    known.left = Math.min(full, known.left + passedSeconds * this.#bounds.connectsPerSecond);
    known.filledMs = nowMs;
    // To the end: who was longest not heard of comes first.
    this.#addresses.delete(address);
    this.#addresses.set(address, known);
    if (this.#addresses.size > REMEMBERED_MAX) this.#forget();
    return known;
  }

  #forget(): void {
    for (const [address, { open }] of this.#addresses) {
      if (open > 0) continue;
      this.#addresses.delete(address);
      return;
    }
  }
}
