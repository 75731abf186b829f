import type { Ledger } from "../e2e/ledger.ts";
import { type Cloud, type Gateway, until } from "../e2e/stack.ts";
import { deviceId } from "./verdict.ts";

interface Series {
  points: [number, number, number, number, number][];
  quality?: { droppedReadings: number };
}

/** What became of the readings of a gateway whose disk budget was used up. */
export interface Account {
  figures: { acknowledged: number; "counted by the chart": number; dropped: number };
  faults: string[];
}

/** What was dropped is told within a minute of being connected. */
const TOLD_WITHIN_MS = 70_000;

/**
 * Waits until the gateway has sent all it holds, and compares the chart of the metric `n` with the ledger: thinned
 * readings are no longer there one by one, but their number is, and so is that of those that were dropped.
 */
export async function accountFor(
  cloud: Cloud,
  gateway: Gateway,
  device: Ledger,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Promise<Account> {
  const id = await until("the device in the cloud", () => deviceId(cloud, device.key));
  const ask = (): Promise<Series> =>
    cloud.api(`/devices/${id}/telemetry?metric=n&points=50&from=${fromMs}&to=${toMs}`);
  await until(
    "everything to be in the cloud",
    async () => {
      await ask();
      const { uplink, waiting } = await gateway.status();
      return uplink?.state === "connected" && waiting.urgent + waiting.bulk === 0;
    },
    120_000,
  );
  const acknowledged = device.acknowledged.size;
  const told = async (): Promise<Series | null> => {
    const answer = await ask();
    return accounted(answer) >= acknowledged ? answer : null;
  };
  const series = await until("what was dropped to be told", told, TOLD_WITHIN_MS).catch(ask);
  const dropped = series.quality?.droppedReadings ?? 0;
  const faults: string[] = [];
  if (accounted(series) !== acknowledged) {
    faults.push(`${accounted(series)} readings are accounted for, ${acknowledged} were acknowledged`);
  }
  const disordered = series.points.findIndex(
    ([, least], index) => index > 0 && least <= series.points[index - 1]![3],
  );
  if (disordered > 0) faults.push(`point ${disordered} of the chart is not after the one before`);
  return { figures: { acknowledged, "counted by the chart": accounted(series) - dropped, dropped }, faults };
}

function accounted({ points, quality }: Series): number {
  return points.reduce((sum, point) => sum + point[4], quality?.droppedReadings ?? 0);
}
