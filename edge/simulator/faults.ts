import {
  anyMeans,
  FAULT_SECONDS,
  type FaultInput,
  type FaultName,
  type ScenarioFault,
  scenarioFaultId,
  spanMs,
} from "../../protocol/simulation/fault.ts";
import type { Fault } from "./fault.ts";
import { batteryDecay } from "./faults/battery-decay.ts";
import { clockSkew } from "./faults/clock-skew.ts";
import { configRejected } from "./faults/config-rejected.ts";
import { diskFull } from "./faults/disk-full.ts";
import { firmwareFails } from "./faults/firmware-fails.ts";
import { flapping } from "./faults/flapping.ts";
import { offline } from "./faults/offline.ts";
import { reconnectStorm } from "./faults/reconnect-storm.ts";
import { slow } from "./faults/slow.ts";
import { wrongPayloads } from "./faults/wrong-payloads.ts";

/** Everything that can be wrong with a device. */
export const FAULTS: Record<FaultName, Fault> = {
  offline,
  flapping,
  "reconnect-storm": reconnectStorm,
  slow,
  "wrong-payloads": wrongPayloads,
  "clock-skew": clockSkew,
  "battery-decay": batteryDecay,
  "disk-full": diskFull,
  "firmware-fails": firmwareFails,
  "config-rejected": configRejected,
};

/** A fault with its time in the scenario, ms since its start. */
export interface TimedFault extends FaultInput {
  id: string;
  fromMs: number;
  /** Null while nobody takes it away. */
  untilMs: number | null;
}

/** A fault that a device has now. */
export interface ActiveFault {
  id: string;
  fault: Fault;
  elapsedMs: number;
  seconds: number;
}

/** The faults that a scenario has in it. */
export function scenarioFaults(faults: readonly ScenarioFault[]): TimedFault[] {
  return faults.map(({ when, until, ...fault }, index) => ({
    ...fault,
    id: scenarioFaultId(index),
    fromMs: spanMs(when),
    untilMs: until === undefined ? null : spanMs(until),
  }));
}

/** Which of the faults a device may have at some time. */
export function faultsOf(key: string, faults: readonly TimedFault[]): TimedFault[] {
  return faults.filter(({ which }) => anyMeans(which, key));
}

/** Which of them it has at a time of the scenario. */
export function activeAt(atMs: number, faults: readonly TimedFault[]): ActiveFault[] {
  return faults
    .filter(({ fromMs, untilMs }) => atMs >= fromMs && (untilMs === null || atMs < untilMs))
    .map(({ id, what, seconds, fromMs }) => ({
      id,
      fault: FAULTS[what],
      elapsedMs: atMs - fromMs,
      seconds: seconds ?? FAULT_SECONDS[what] ?? 0,
    }));
}
