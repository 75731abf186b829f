import type { Random } from "../../protocol/random.ts";
import type { FaultName } from "../../protocol/simulation/fault.ts";
import type { Value } from "../../protocol/telemetry/reading.ts";

/** What a device is asked to do that a fault may keep it from; `store` is to keep what it was sent. */
export type Work = "store" | "config" | "payment-config" | "firmware";

/**
 * What a fault does to a device that has it: pure functions of how long it has had it, so that a run repeats. A new one
 * is a file in `faults/`, a line in `faults.ts` and a name in `protocol/simulation`.
 */
export interface Fault {
  what: FaultName;
  /** Whether the device can be on the line. Absent means that it can. */
  isUp?(suffering: Suffering): boolean;
  /** Whether it is without power. Absent means that it is not. */
  isDead?(suffering: Suffering): boolean;
  /** Comes back to the line with all others at the same moment, and not when it happens to. */
  atOnce?: boolean;
  values?(values: Record<string, Value>, suffering: Suffering): Record<string, Value>;
  /** By how much the device's clock is ahead, ms. */
  clockAheadMs?(suffering: Suffering): number;
  /** How much longer every answer takes, ms. */
  delayMs?(suffering: Suffering): number;
  /** What becomes of a message of measured values. */
  garble?(text: string, random: Random): string;
  /** Work that fails, and why, in words for whoever asked for it. */
  refuses?: Partial<Record<Work, string>>;
  /** The error the device reports once work has failed for this, for as long as the fault lasts. */
  sickAfterwards?: string;
}

export interface Suffering {
  /** Since when it has it, ms of the scenario. */
  elapsedMs: number;
  /** The fault's own time. */
  seconds: number;
  /** From 0 to 1, of the device's own: not all do the same at the same moment. */
  phase: number;
  hasBattery: boolean;
}
