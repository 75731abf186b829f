import { judge, type LedgerDevice, storedNumbers, type Verdict } from "../e2e/ledger.ts";
import { type Cloud, until } from "../e2e/stack.ts";
import type { Findings } from "./drill.ts";

/** What is in the cloud of a device, compared with its ledger. */
export interface Settled extends Verdict {
  /** Stored in the order in which they were sent. */
  inOrder: boolean;
}

/** How long the cloud may take to hold everything after the last fault. */
const SETTLE_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 250;

/**
 * Waits until the cloud holds what the device was acknowledged, or for a minute, and tells what it holds. Asking for
 * the device's series makes the gateway seal what is open.
 */
export async function settle(
  cloud: Cloud,
  device: LedgerDevice,
  key: string,
  limitMs = SETTLE_LIMIT_MS,
): Promise<Settled> {
  const endMs = performance.now() + limitMs;
  const id = await until("the device to be known in the cloud", () => deviceId(cloud, key), limitMs);
  let stored: number[];
  do {
    await cloud.api(`/devices/${id}/telemetry?metric=n&points=1`);
    stored = storedNumbers(cloud.directory, key);
    if (judge(device, stored).missing.length === 0) break;
    await Bun.sleep(LOOK_EVERY_MS);
  } while (performance.now() < endMs);
  return {
    ...judge(device, stored),
    inOrder: stored.every((number, index) => index === 0 || number > stored[index - 1]!),
  };
}

export async function deviceId(cloud: Cloud, key: string): Promise<string | null> {
  const list = await cloud.api<{ items: { id: string; key: string }[] }>(`/devices?q=${key}`);
  return list.items.find((item) => item.key === key)?.id ?? null;
}

/** The promise as findings: acknowledged means in the cloud exactly once, in order. */
export function findingsOf(settled: Settled): Findings {
  const { acknowledged, stored, missing, doubled, invented, inOrder } = settled;
  const faults: string[] = [];
  const tell = (numbers: number[], what: string): void => {
    if (numbers.length > 0) faults.push(`${numbers.length} readings ${what}, such as ${numbers[0]}`);
  };
  if (acknowledged === 0) faults.push("nothing was acknowledged, so nothing was shown");
  tell(missing, "were acknowledged and are not in the cloud");
  tell(doubled, "are in the cloud twice");
  tell(invented, "are in the cloud and were never sent");
  if (!inOrder) faults.push("readings are in another order than they were sent");
  const figures = { acknowledged, stored, missing: missing.length, doubled: doubled.length };
  return { figures, faults };
}
