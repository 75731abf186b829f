import type { Logger } from "@logtape/logtape";
import type { ConnectionLimits, LogThrottle } from "../limits/limits.ts";
import type { AcceptWire, WireEvents } from "../wire/wire.ts";

/** Lets connections of an address in, or not: before anything costly is done for them. */
export class Door {
  readonly #parts: { limits: ConnectionLimits; throttle: LogThrottle; log: Logger };

  constructor(parts: { limits: ConnectionLimits; throttle: LogThrottle; log: Logger }) {
    this.#parts = parts;
  }

  /** Whoever is let in has to be told of when {@link left}. */
  enter(remoteAddress: string): boolean {
    const reason = this.#parts.limits.open(remoteAddress);
    if (reason === null) return true;
    this.say("a connection was refused", remoteAddress, { reason });
    return false;
  }

  left(remoteAddress: string): void {
    this.#parts.limits.closed(remoteAddress);
  }

  /** Logs something of an address, unless the same was said a moment ago. */
  say(message: string, remoteAddress: string, facts: Record<string, unknown>): void {
    const { throttle, log } = this.#parts;
    throttle.say(message, remoteAddress, (leftOut) =>
      log.info(message, { remoteAddress, ...facts, ...leftOut }),
    );
  }

  /** Accepts the wires of those that are let in, and closes the others. */
  guard(accept: AcceptWire): AcceptWire {
    return (wire) => {
      const { remoteAddress } = wire;
      if (!this.enter(remoteAddress)) {
        wire.destroy();
        return NOBODY;
      }
      const events = accept(wire);
      return {
        data: (bytes) => events.data(bytes),
        drain: () => events.drain(),
        closed: () => {
          this.left(remoteAddress);
          events.closed();
        },
      };
    };
  }
}

const NOBODY: WireEvents = { data: () => undefined, drain: () => undefined, closed: () => undefined };
