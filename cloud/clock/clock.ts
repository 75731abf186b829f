import type { Clock } from "../../protocol/clock.ts";
import type { Random } from "../../protocol/random.ts";

/** The real clock and the real dice of the control plane, handed to every part by `main.ts`. Nothing else reads them. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, run) {
    // setTimeout takes 31 bits; what is due later than that is looked at again on the way.
    const timer = setTimeout(run, Math.min(delayMs, 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
};

export const secureRandom: Random = {
  next: () => crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32,
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};
