import { useContext, useEffect, useState } from "preact/hooks";
import type { Series } from "../../../protocol/telemetry/series.ts";
import { MINUTE } from "../../../protocol/units.ts";
import { LiveContext, useMissed } from "../../live/live.ts";
import { useIslandWords } from "../../words/use-words.ts";
import { fetchSeries } from "./api.ts";

/** History is asked for again this often, so that a page that is open all day ends up with exact points. */
const AGAIN_MS = 5 * MINUTE;

export type SeriesState =
  | { kind: "loading" }
  | { kind: "failed"; why: string }
  | { kind: "loaded"; series: Series; toMs: number };

const LOADING: SeriesState = { kind: "loading" };

/**
 * The history of a metric up to the moment it was asked for, by a clock that is so much ahead. Asked for again when something may have been missed.
 * While new history is on its way the old stays, unless it is of something else.
 */
export function useSeries(
  deviceId: string,
  metric: string | null,
  spanMs: number,
  points: number,
  aheadMs: number,
): SeriesState {
  const words = useIslandWords();
  const live = useContext(LiveContext)?.live ?? null;
  const [state, setState] = useState<SeriesState>(LOADING);
  const missed = useMissed();
  const wanted = `${deviceId} ${metric} ${spanMs} ${aheadMs}`;
  const [shown, setShown] = useState(wanted);

  useEffect(() => {
    if (live === null || metric === null) return undefined;
    const aborter = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = async () => {
      const toMs = live.nowMs() + aheadMs;
      const request = { deviceId, metric, fromMs: toMs - spanMs, toMs, points };
      const answer = await fetchSeries(words, request, aborter.signal);
      if (answer.ok) setState({ kind: "loaded", series: answer.series, toMs });
      else
        setState((before) =>
          before.kind === "loaded" && shown === wanted ? before : { kind: "failed", why: answer.why },
        );
      setShown(wanted);
      timer = setTimeout(run, AGAIN_MS);
    };
    const run = () => {
      load().catch((error) => {
        if (!aborter.signal.aborted) reportError(error);
      });
    };
    run();
    return () => {
      aborter.abort();
      clearTimeout(timer);
    };
  }, [live, words, wanted, points, missed]);

  return shown === wanted ? state : LOADING;
}
