import type { Clock } from "../../protocol/clock.ts";
import type { Random } from "../../protocol/random.ts";

/** Longer than this setTimeout takes for 1 ms: about 25 days. */
const TIMEOUT_MAX_MS = 2 ** 31 - 1;

/** The real clock and the real dice of the control plane, handed to every part by `main.ts`. Nothing else reads them. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, run) {
    let timer: ReturnType<typeof setTimeout>;
    const wait = (restMs: number): void => {
      const stepMs = Math.min(restMs, TIMEOUT_MAX_MS);
      timer = setTimeout(() => (restMs > stepMs ? wait(restMs - stepMs) : run()), stepMs);
    };
    wait(delayMs);
    return () => clearTimeout(timer);
  },
};

/** Ids are made by the ten thousand a second: to ask for a few bytes at a time takes longer than to make one of them. */
const POOL_BYTES = 4_096;
const pool = new Uint8Array(POOL_BYTES);
let used = POOL_BYTES;

function fromPool(length: number): Uint8Array<ArrayBuffer> {
  if (used + length > POOL_BYTES) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  const bytes = pool.slice(used, used + length);
  // What was given is nobody else's, and nowhere kept.
  pool.fill(0, used, used + length);
  used += length;
  return bytes;
}

export const secureRandom: Random = {
  next: () => crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32,
  bytes: (length) => (length <= 32 ? fromPool(length) : crypto.getRandomValues(new Uint8Array(length))),
};
