import type { Clock } from "../../protocol/clock.ts";
import type { VitalSign } from "../../protocol/supervision/supervision.ts";
import { MINUTE, SECOND } from "../../protocol/units.ts";

export interface ProbationParts {
  clock: Clock;
  /** The broker answers, the database commits. */
  signs: readonly VitalSign[];
  /** The cloud was reached by the version before. */
  cloudNeeded: boolean;
  isConnected(): boolean;
  /** The gateway stops, and the trial is not over. */
  signal: AbortSignal;
}

const LOOK_EVERY_MS = 500;
/** All is well for so long before it counts: what crashes at once has crashed by then. */
const WELL_FOR_MS = 2 * SECOND;
/** As long as a line to the cloud may take to come back when a whole fleet reconnects. */
const AT_MOST_MS = 3 * MINUTE;

/** Whether the version that has started works: null when it does, else what does not; "stopped" when it was not seen. */
export async function probation(parts: ProbationParts): Promise<{ failed: string } | "works" | "stopped"> {
  const { clock, signs, cloudNeeded, isConnected, signal } = parts;
  const beganMs = clock.monotonicMs();
  let wellSinceMs: number | null = null;
  for (;;) {
    const found = (await Promise.all(signs.map((sign) => sign()))).find((sign) => sign?.fatal);
    const wrong = found?.says ?? (cloudNeeded && !isConnected() ? CLOUD_MISSING : null);
    if (signal.aborted) return "stopped";
    const nowMs = clock.monotonicMs();
    wellSinceMs = wrong === null ? (wellSinceMs ?? nowMs) : null;
    if (wellSinceMs !== null && nowMs - wellSinceMs >= WELL_FOR_MS) return "works";
    if (wrong !== null && nowMs - beganMs >= AT_MOST_MS) return { failed: wrong };
    await new Promise<void>((resolve) => clock.after(LOOK_EVERY_MS, () => resolve()));
  }
}

const CLOUD_MISSING = "the cloud, which the version before reached, was not reached";
