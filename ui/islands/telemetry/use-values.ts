import { useEffect } from "preact/hooks";
import type { LatestValue } from "../../../protocol/devices/device.ts";
import { fetchLatest } from "./api.ts";

/**
 * Asks for the newest values whenever `when` is another, and not while it is null; with `unsealed` for what its gateway
 * has not sealed yet as well.
 */
export function useValues(
  deviceId: string,
  unsealed: boolean,
  when: unknown,
  learn: (values: readonly LatestValue[]) => void,
): void {
  useEffect(() => {
    if (when === null) return undefined;
    const aborter = new AbortController();
    fetchLatest(deviceId, unsealed, aborter.signal).then((latest) => {
      if (!aborter.signal.aborted) learn(latest);
    }, reportError);
    return () => aborter.abort();
  }, [deviceId, unsealed, when, learn]);
}
