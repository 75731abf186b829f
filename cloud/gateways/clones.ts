import { DAY } from "../../protocol/units.ts";

/** How long it is shown that two machines were seen to be one gateway: they meet within a minute as long as both run. */
const SHOWN_MS = DAY;

interface Runs {
  run: string | null;
  former_run: string | null;
}

/**
 * What to note of a connection from this run of the program. A run that comes again after another one has come is of a second
 * machine with the same key: a program that was started anew has ended before, and does not come back.
 */
export function noteRun(
  known: Runs,
  run: string | undefined,
  nowMs: number,
): Partial<Runs> & { cloned_ms?: number } {
  // Of an older gateway nothing can be said, nor of one that merely connects again.
  if (run === undefined || run === known.run) return {};
  const moved = { run, former_run: known.run };
  return run === known.former_run ? { ...moved, cloned_ms: nowMs } : moved;
}

/** When two machines were last seen to be this gateway; null when that is long ago. */
export function clonedMs(clonedAtMs: number | null, nowMs: number): number | null {
  return clonedAtMs !== null && nowMs - clonedAtMs < SHOWN_MS ? clonedAtMs : null;
}
