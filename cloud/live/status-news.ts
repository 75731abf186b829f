import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../protocol/clock.ts";
import type { CloudDatabase } from "../database/database.ts";
import { type DeviceStatus, readStatuses, ToldStatuses } from "./statuses.ts";

/** States that change within this time are looked up together. */
export const STATUS_DEBOUNCE_MS = 100;
/** So many are looked up and told before others have a turn: with twenty browsers that is a millisecond or two, and all of them ten. */
const TOLD_AT_ONCE = 32;

export interface StatusNewsParts {
  db: CloudDatabase;
  clock: Clock;
  log: Logger;
  /** Whether anybody hears what is told of this organisation. */
  isHeard(organizationId: string): boolean;
  tell(organizationId: string, status: DeviceStatus): void;
}

/** Finds out how devices are of which something has changed, and tells what is new of them. */
export class StatusNews {
  readonly #parts: StatusNewsParts;
  readonly #told = new ToldStatuses();
  /** Devices whose state may have changed, by organisation. */
  #restated = new Map<string, Set<string>>();
  #cancel: (() => void) | null = null;
  #stopped = false;

  constructor(parts: StatusNewsParts) {
    this.#parts = parts;
  }

  /** Whether this is news; it is told from now on. */
  isNews(status: DeviceStatus): boolean {
    return this.#told.isNews(status);
  }

  changed(organizationId: string, deviceIds: Iterable<string>): void {
    if (!this.#parts.isHeard(organizationId)) {
      for (const deviceId of deviceIds) this.#told.forget(deviceId);
      return;
    }
    const waiting = this.#restated.get(organizationId) ?? new Set();
    for (const deviceId of deviceIds) waiting.add(deviceId);
    if (waiting.size === 0) return;
    this.#restated.set(organizationId, waiting);
    this.#cancel ??= this.#parts.clock.after(STATUS_DEBOUNCE_MS, () => {
      this.#cancel = null;
      void this.#tell();
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
    this.#cancel = null;
  }

  async #tell(): Promise<void> {
    const { db, log, tell } = this.#parts;
    const restated = this.#restated;
    this.#restated = new Map();
    try {
      for (const [organizationId, deviceIds] of restated) {
        const ids = [...deviceIds];
        while (ids.length > 0 && !this.#stopped) {
          for (const status of await readStatuses(db.read, ids.splice(0, TOLD_AT_ONCE))) {
            if (this.#told.isNews(status)) tell(organizationId, status);
          }
          if (ids.length > 0) await new Promise((resolve) => setImmediate(resolve));
        }
      }
    } catch (error) {
      // Browsers show an older state until the next change or reload; the API has the truth.
      log.error("device states could not be looked up", { error });
    }
  }
}
