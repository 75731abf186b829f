import { fdatasync, fdatasyncSync } from "node:fs";
import type { Clock } from "../../protocol/clock.ts";

/** Puts what was written to a file on the disk, and calls back. A test puts its own in its place. */
export type PutOnDisk = (fd: number, done: (error: Error | null) => void) => void;

/** How it is asked for, beside the event loop and within it. A test puts its own in its place. */
export interface DiskCalls {
  beside: PutOnDisk;
  /** Throws what the disk says. */
  within: (fd: number) => void;
}

/**
 * A disk that takes a write sooner than this, on average, is waited for within the event loop: another thread that is woken, and wakes the event
 * loop, is 0.1 ms of the processor and as much of waiting (0.13 ms is what the disk of the benchmarks takes).
 */
const QUICK_MS = 1;
const AVERAGE_OF = 4;
/** Beside an event loop with much to do a quick disk looks slow: so often it is waited for within it all the same, to know. */
const ASK_EVERY = 64;

/** Puts on the disk within the event loop or beside it, by how quick the disk has been lately. */
export function createPutOnDisk(
  clock: Pick<Clock, "monotonicMs">,
  { beside, within }: DiskCalls = { beside: fdatasync, within: fdatasyncSync },
): PutOnDisk {
  let averageMs = 0;
  let sinceAsked = 0;
  const took = (ms: number): void => {
    averageMs += (ms - averageMs) / AVERAGE_OF;
  };
  return (fd, done) => {
    const beganMs = clock.monotonicMs();
    if (averageMs > QUICK_MS && sinceAsked < ASK_EVERY) {
      sinceAsked += 1;
      beside(fd, (error) => {
        took(clock.monotonicMs() - beganMs);
        done(error);
      });
      return;
    }
    let failure: Error | null = null;
    try {
      within(fd);
    } catch (error) {
      failure = error as Error;
    }
    const ms = clock.monotonicMs() - beganMs;
    if (sinceAsked === ASK_EVERY) averageMs = ms;
    else took(ms);
    sinceAsked = 0;
    done(failure);
  };
}
