import { WATCH_MAX_DEVICES } from "../../protocol/live/limits.ts";
import type { Telemetry } from "./telemetry-event.ts";

type Listener = (event: Telemetry) => void;

/** The devices whose values this page looks at, each with who listens. */
export class Watched {
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #onChange: () => void;
  #announced = false;

  /** `onChange` is called once after one or several changes of which devices are watched. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  add(deviceId: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(deviceId);
    if (listeners === undefined) {
      this.#listeners.set(deviceId, new Set([listener]));
      this.#announce();
    } else listeners.add(listener);
    return () => this.#remove(deviceId, listener);
  }

  tell(event: Telemetry): void {
    for (const listener of [...(this.#listeners.get(event.device) ?? [])]) listener(event);
  }

  /** As many as the cloud accepts. */
  ids(): string[] {
    return [...this.#listeners.keys()].slice(0, WATCH_MAX_DEVICES);
  }

  #remove(deviceId: string, listener: Listener): void {
    const listeners = this.#listeners.get(deviceId);
    if (listeners === undefined || !listeners.delete(listener) || listeners.size > 0) return;
    this.#listeners.delete(deviceId);
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
