import type { Clock } from "../../protocol/clock.ts";
import type { CommandProgress } from "../../protocol/jobs/device-command.ts";
import { toEntry } from "../../protocol/log/kinds.ts";
import { SECOND } from "../../protocol/units.ts";
import type { Uplog } from "../uplog/uplog.ts";
import type { Execution } from "./execution.ts";

/** Of one execution, progress is told so often at most. */
const PROGRESS_EVERY_MS = SECOND;

/** One for all: the runtime's own is made with the stack of whoever aborts, 15 µs of each command. */
const OVER = new DOMException("the attempt is over", "AbortError");

interface Running {
  device: string | null;
  abort: AbortController;
  cancelTimeout: () => void;
  toldMs: number;
  waiting: CommandProgress | null;
  cancelTelling: () => void;
}

/** Attempts that are under way in this process: how to end them, until when they may take, how far they are. */
export class Attempts {
  readonly #clock: Clock;
  readonly #uplog: Uplog;
  readonly #running = new Map<string, Running>();

  constructor({ clock, uplog }: { clock: Clock; uplog: Uplog }) {
    this.#clock = clock;
    this.#uplog = uplog;
  }

  get size(): number {
    return this.#running.size;
  }

  /** Gives the signal that ends it. `onTimeout`: its time is over. */
  begin(
    { id, device }: Pick<Execution, "id" | "device">,
    timeoutMs: number,
    onTimeout: () => void,
  ): AbortSignal {
    const abort = new AbortController();
    const cancelTimeout = this.#clock.after(timeoutMs, onTimeout);
    const none = (): void => undefined;
    this.#running.set(id, {
      ...{ device, abort, cancelTimeout, waiting: null, cancelTelling: none },
      toldMs: Number.NEGATIVE_INFINITY,
    });
    return abort.signal;
  }

  /** Whether this device is at it. */
  isUnderWay(id: string, device: string): boolean {
    return this.#running.get(id)?.device === device;
  }

  /** It is over. What still works on it is told so. */
  end(id: string): void {
    const running = this.#running.get(id);
    if (running === undefined) return;
    this.#running.delete(id);
    running.cancelTimeout();
    running.cancelTelling();
    running.abort.abort(OVER);
  }

  endAll(): void {
    for (const id of [...this.#running.keys()]) this.end(id);
  }

  /** Tells the cloud how far it is: at once, and what comes too soon after that a little later, the newest only. */
  progress(id: string, said: CommandProgress): void {
    const running = this.#running.get(id);
    if (running === undefined) return;
    const waitMs = running.toldMs + PROGRESS_EVERY_MS - this.#clock.monotonicMs();
    const isFirst = running.waiting === null;
    running.waiting = said;
    if (waitMs <= 0) this.#tell(id, running);
    else if (isFirst) running.cancelTelling = this.#clock.after(waitMs, () => this.#tell(id, running));
  }

  #tell(execution: string, running: Running): void {
    const said = running.waiting;
    if (said === null) return;
    running.waiting = null;
    running.cancelTelling();
    running.toldMs = this.#clock.monotonicMs();
    const atMs = this.#clock.nowMs();
    const { percent, message } = said;
    const facts = {
      ...(percent === undefined ? {} : { percent }),
      ...(message === undefined ? {} : { message }),
    };
    this.#uplog.append(toEntry({ kind: "job.progress", execution, ...facts, atMs }, atMs));
  }
}
