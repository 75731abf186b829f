import { useContext, useEffect, useMemo, useState } from "preact/hooks";
import type { SeriesPoint } from "../../../protocol/telemetry/series.ts";
import { gapMs, joinLive, RANGES, SPARKLINE_POINTS, sparklinePath } from "../../charts/charts.ts";
import { LiveContext, useMissed } from "../../live/live.ts";
import { useIslandWords } from "../../words/use-words.ts";
import { fetchSeries } from "./api.ts";
import type { HeardReadings } from "./readings.ts";

const SPAN_MS = RANGES[0].spanMs;
const BUCKET_MS = SPAN_MS / SPARKLINE_POINTS;

interface History {
  points: SeriesPoint[];
  toMs: number;
}

/** The last quarter of an hour, by a clock that is so much ahead, of each metric as a small line, continued by what is heard. */
export function useCourses(
  deviceId: string,
  metrics: readonly string[],
  heard: HeardReadings,
  nowMs: number,
  aheadMs: number,
): ReadonlyMap<string, string> {
  const words = useIslandWords();
  const live = useContext(LiveContext)?.live ?? null;
  const [histories, setHistories] = useState<ReadonlyMap<string, History>>(new Map());
  const missed = useMissed();
  const names = metrics.join("\n");

  useEffect(() => {
    if (live === null || names === "") return undefined;
    const aborter = new AbortController();
    // One after the other: small pictures must not crowd out the chart.
    const load = async () => {
      for (const metric of names.split("\n")) {
        const toMs = live.nowMs() + aheadMs;
        const request = { deviceId, metric, fromMs: toMs - SPAN_MS, toMs, points: SPARKLINE_POINTS };
        const answer = await fetchSeries(words, request, aborter.signal);
        if (!answer.ok) continue;
        const { points } = answer.series;
        setHistories((before) => new Map(before).set(metric, { points, toMs }));
      }
    };
    load().catch((error) => {
      if (!aborter.signal.aborted) reportError(error);
    });
    return () => aborter.abort();
  }, [live, words, deviceId, names, missed, aheadMs]);

  return useMemo(() => {
    const span = { fromMs: nowMs - SPAN_MS, toMs: nowMs };
    return new Map(
      [...histories].map(([metric, { points, toMs }]) => {
        const joined = joinLive(points, heard.of(metric), toMs, BUCKET_MS);
        return [metric, sparklinePath(joined, span, gapMs(joined, BUCKET_MS))];
      }),
    );
  }, [histories, heard, nowMs]);
}
