import type { Connectivity } from "../../../protocol/devices/device.ts";
import type { Value } from "../../../protocol/telemetry/reading.ts";

/** What a gateway knows of itself, for its own status page. Times are ms since 1970. */
export interface LocalStatus {
  nowMs: number;
  version: string;
  /** The last update of the program; null before the first. */
  update: {
    phase: "downloading" | "staged" | "trial" | "committed" | "failed";
    version: string;
    reason: string | null;
  } | null;
  startedMs: number;
  /** Null before it is enrolled. */
  site: { name: string; organization: string; cloud: string } | null;
  broker: { listen: string; connections: number; onlyThisMachine: boolean };
  cloud: {
    state: "stopped" | "unenrolled" | "connecting" | "connected" | "refused";
    sinceMs: number;
    /** What stands in the way: a code of the catalogue where it is one, and the words of whoever said so. */
    obstacle: { code: string; title: string; detail: string; hint: string } | null;
    waiting: number;
  };
  devices: readonly LocalDevice[];
  rejected: { total: number; newest: { device: string; reason: string } | null };
  disk: {
    state: DiskState;
    freeBytes: number;
    usedBytes: number;
    budgetBytes: number;
    droppedReadings: number;
  };
  /** By how much the clock is ahead of the cloud's; null before they were compared. */
  clockSkewMs: number | null;
}

export interface LocalDevice {
  key: string;
  connectivity: Connectivity;
  simulated: boolean;
  lastHeardMs: number | null;
  /** Of its newest message since the gateway was started. */
  values: readonly { metric: string; value: Value }[];
}

export type DiskState = "fine" | "scarce" | "full" | "read-only" | "not-allowed" | "failing";
