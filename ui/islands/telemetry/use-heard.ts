import { useCallback, useContext, useEffect, useMemo, useState } from "preact/hooks";
import type { LatestValue } from "../../../protocol/devices/device.ts";
import { SECOND } from "../../../protocol/units.ts";
import { Now } from "../../components/moment.tsx";
import { LiveContext } from "../../live/live.ts";
import { laterOf, mergeLatest } from "./latest.ts";
import { HeardReadings } from "./readings.ts";

export interface Heard {
  /** The newest value of each metric, from the page, from what was heard and from what was learned. */
  values: LatestValue[];
  /** Every reading heard since the page was opened. */
  heard: HeardReadings;
  /** Now, at most a second old, so that the chart moves on when nothing is heard. */
  nowMs: number;
  /** Takes in values that came another way. */
  learn(values: readonly LatestValue[]): void;
}

/** Watches a device: its values and readings as they are heard. */
export function useHeard(deviceId: string, ofPage: readonly LatestValue[]): Heard {
  const live = useContext(LiveContext)?.live ?? null;
  const renderedMs = useContext(Now);
  const heard = useMemo(() => new HeardReadings(), [deviceId]);
  const [latest, setLatest] = useState<readonly LatestValue[]>([]);
  const [nowMs, setNowMs] = useState(renderedMs);
  const learn = useCallback(
    (values: readonly LatestValue[]) => setLatest((before) => laterOf(before, values)),
    [],
  );

  useEffect(() => {
    if (live === null) return undefined;
    const unwatch = live.watch(deviceId, ({ readings }) => {
      heard.add(readings);
      setLatest((before) => mergeLatest(before, readings));
      setNowMs(live.nowMs());
    });
    const timer = setInterval(() => setNowMs(live.nowMs()), SECOND);
    return () => {
      unwatch();
      clearInterval(timer);
    };
  }, [live, deviceId, heard]);

  return { values: laterOf(ofPage, latest), heard, nowMs, learn };
}
