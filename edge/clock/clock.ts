import { readFileSync } from "node:fs";
import { uptime } from "node:os";
import type { Clock } from "../../protocol/clock.ts";
import type { Random } from "../../protocol/random.ts";
import { SECOND } from "../../protocol/units.ts";

/** Longer than this setTimeout takes for 1 ms: about 25 days. */
const TIMEOUT_MAX_MS = 2 ** 31 - 1;

/** The real clock and the real dice of the gateway, handed to every part by `main.ts`. Nothing else reads them. */
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

/** How long the machine has been up, asleep or awake, ms. */
export function machineUptimeMs(): number {
  try {
    return Number(readFileSync("/proc/uptime", "utf8").split(" ", 1)[0]) * SECOND;
  } catch {
    // Not Linux: whole seconds.
    return uptime() * SECOND;
  }
}

export const secureRandom: Random = {
  next: () => crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32,
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};
