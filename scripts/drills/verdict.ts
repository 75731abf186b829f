import { judge, type Ledger, storedNumbers, type Verdict } from "../e2e/ledger.ts";
import { type Cloud, type GatewayStatus, until } from "../e2e/stack.ts";
import type { Findings } from "./drill.ts";

/** What is in the cloud of a device, compared with its ledger. */
export interface Settled extends Verdict {
  /** Stored in the order in which they were sent. */
  inOrder: boolean;
}

/** Of a cloud: whom to ask, and where its database is. */
type Asked = Pick<Cloud, "api" | "directory">;

/** How long the cloud may take to hold everything after the last fault. */
const SETTLE_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 250;
/**
 * Looks in a row at which nothing waited, before that is believed: what is not sealed yet is not counted, and on a busy
 * machine asking for it may take longer than whoever asks waits.
 */
const LOOKS_SURE = 8;

/**
 * Waits until the cloud holds what the device was acknowledged, or until the gateway has nothing left to send, and
 * tells what the cloud holds.
 */
export async function settle(
  cloud: Asked,
  gateway: { status(): Promise<GatewayStatus> },
  device: Ledger,
): Promise<Settled> {
  const { key } = device;
  const endMs = performance.now() + SETTLE_LIMIT_MS;
  const id = await until("the device to be known in the cloud", () => deviceId(cloud, key), SETTLE_LIMIT_MS);
  for (let looks = 0; ; ) {
    const before = await gateway.status();
    await askForSeries(cloud, id);
    const after = await gateway.status();
    const stored = storedNumbers(cloud.directory, key);
    const verdict = judge(device, stored);
    const connected = before.uplink?.state === "connected" && before.uplink.since === after.uplink?.since;
    const sentAll = connected && after.waiting.urgent + after.waiting.bulk === 0;
    looks = sentAll ? looks + 1 : 0;
    if (verdict.missing.length === 0 || looks >= LOOKS_SURE || performance.now() > endMs) {
      const inOrder = stored.every((number, index) => index === 0 || number > stored[index - 1]!);
      return { ...verdict, inOrder };
    }
    await Bun.sleep(LOOK_EVERY_MS);
  }
}

/** Somebody looks at the device: a gateway that is connected seals and sends what is open. */
export async function askForSeries(cloud: Pick<Cloud, "api">, id: string): Promise<void> {
  try {
    await cloud.api(`/devices/${id}/telemetry?metric=n&points=1`);
  } catch (error) {
    // Before its first chunk a device has no metrics.
    if (!String(error).includes("record.not-found")) throw error;
  }
}

export async function deviceId(cloud: Pick<Cloud, "api">, key: string): Promise<string | null> {
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
