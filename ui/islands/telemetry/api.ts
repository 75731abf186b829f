import type { DeviceDetail, LatestValue } from "../../../protocol/devices/device.ts";
import type { Problem } from "../../../protocol/errors.ts";
import type { Series } from "../../../protocol/telemetry/series.ts";
import type { BrowserWords } from "../../words/catalogues.ts";

export interface SeriesRequest {
  deviceId: string;
  metric: string;
  fromMs: number;
  toMs: number;
  points: number;
}

/** A series, or why there is none in words for the reader. Throws only when `signal` is aborted. */
export type SeriesAnswer = { ok: true; series: Series } | { ok: false; why: string };

export async function fetchSeries(
  { telemetry }: BrowserWords,
  request: SeriesRequest,
  signal: AbortSignal,
): Promise<SeriesAnswer> {
  const { deviceId, metric, fromMs, toMs, points } = request;
  const query = new URLSearchParams({
    metric,
    from: String(Math.round(fromMs)),
    to: String(Math.round(toMs)),
    points: String(points),
  });
  let response: Response;
  try {
    response = await fetch(`/api/v1/devices/${deviceId}/telemetry?${query}`, { signal });
    if (response.ok) return { ok: true, series: (await response.json()) as Series };
  } catch (error) {
    if (signal.aborted) throw error;
    return { ok: false, why: telemetry.unreachable };
  }
  const problem = (await response.json().catch(() => null)) as Problem | null;
  return {
    ok: false,
    why:
      problem === null
        ? telemetry.answered(response.status)
        : telemetry.refused(problem.title, problem.detail),
  };
}

/**
 * The newest values of a device; with `unsealed`, for who may see history, also what its gateway had not sealed yet. None
 * when they cannot be had: what is on the page is then the newest we know.
 */
export async function fetchLatest(
  deviceId: string,
  unsealed: boolean,
  signal: AbortSignal,
): Promise<LatestValue[]> {
  try {
    const response = await fetch(`/api/v1/devices/${deviceId}${unsealed ? "/metrics" : ""}`, { signal });
    if (!response.ok) return [];
    const answer = (await response.json()) as LatestValue[] | DeviceDetail;
    return "latest" in answer ? answer.latest : answer;
  } catch {
    return [];
  }
}
