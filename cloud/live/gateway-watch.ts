import type { Clock } from "../../protocol/clock.ts";

/** Clicking through devices changes the wish several times a second; gateways hear the last one. */
export const WATCH_DEBOUNCE_MS = 100;

export interface GatewayWatchParts {
  clock: Clock;
  /** The gateway's devices that anybody looks at. */
  keysOf(gatewayId: string): readonly string[];
  /** Tells the gateway that these devices are looked at, by key, and no others. */
  watch(gatewayId: string, keys: readonly string[]): void;
}

/** Tells gateways what is looked at, soon after it has changed. */
export class GatewayWatch {
  readonly #parts: GatewayWatchParts;
  readonly #changed = new Set<string>();
  #cancel: (() => void) | null = null;

  constructor(parts: GatewayWatchParts) {
    this.#parts = parts;
  }

  changed(gatewayIds: Iterable<string>): void {
    const { clock, keysOf, watch } = this.#parts;
    for (const gatewayId of gatewayIds) this.#changed.add(gatewayId);
    if (this.#changed.size === 0) return;
    this.#cancel ??= clock.after(WATCH_DEBOUNCE_MS, () => {
      this.#cancel = null;
      for (const gatewayId of this.#changed) watch(gatewayId, keysOf(gatewayId));
      this.#changed.clear();
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
