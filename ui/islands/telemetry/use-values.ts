import { useEffect } from "preact/hooks";
import type { LatestValue } from "../../../protocol/devices/device.ts";
import { useMissed } from "../../live/live.ts";
import { fetchLatest, fetchMetrics } from "./api.ts";

/**
 * Asks for the newest values where no chart does: at once, since a device may have begun to measure after its page was
 * rendered and before anybody looked at it, and whenever something may have been missed. `history` says whether the
 * gateway may be asked for what it has not sealed yet.
 */
export function useValues(
  deviceId: string,
  { isNeeded, history }: { isNeeded: boolean; history: boolean },
  learn: (values: readonly LatestValue[]) => void,
): void {
  const missed = useMissed();
  useEffect(() => {
    if (!isNeeded) return undefined;
    const aborter = new AbortController();
    const fetchValues = history ? fetchMetrics : fetchLatest;
    fetchValues(deviceId, aborter.signal).then((values) => {
      if (!aborter.signal.aborted) learn(values);
    }, reportError);
    return () => aborter.abort();
  }, [deviceId, isNeeded, history, missed, learn]);
}
