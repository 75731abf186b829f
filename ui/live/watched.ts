import { WATCH_MAX_DEVICES } from "../../protocol/live/limits.ts";
import type { Telemetry } from "./telemetry-event.ts";

type Listener = (event: Telemetry) => void;

/** The devices whose values this page looks at, each with who listens. */
export class Watched {
  readonly #listeners = new Map<string, Set<Listener>>();
  /** What was heard last of each device that is watched. */
  readonly #last = new Map<string, Telemetry>();
  readonly #onChange: () => void;
  #announced = false;

  /** `onChange` is called once after one or several changes of which devices are watched. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Who comes later than others of the same device is told at once what they heard last: islands start one after another. */
  add(deviceId: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(deviceId);
    if (listeners === undefined) {
      this.#listeners.set(deviceId, new Set([listener]));
      this.#announce();
    } else listeners.add(listener);
    const last = this.#last.get(deviceId);
    if (last !== undefined) listener(last);
    return () => this.#remove(deviceId, listener);
  }

  tell(event: Telemetry): void {
    const listeners = this.#listeners.get(event.device);
    if (listeners === undefined) return;
    this.#last.set(event.device, event);
    for (const listener of [...listeners]) listener(event);
  }

  /** As many as the cloud accepts. */
  ids(): string[] {
    return [...this.#listeners.keys()].slice(0, WATCH_MAX_DEVICES);
  }

  #remove(deviceId: string, listener: Listener): void {
    const listeners = this.#listeners.get(deviceId);
    if (listeners === undefined || !listeners.delete(listener) || listeners.size > 0) return;
    this.#listeners.delete(deviceId);
    this.#last.delete(deviceId);
    this.#announce();
  }

  /** A page that is replaced drops its watches and takes new ones in the same turn: the cloud hears only the last. */
  #announce(): void {
    if (this.#announced) return;
    this.#announced = true;
    queueMicrotask(() => {
      this.#announced = false;
      this.#onChange();
    });
  }
}
