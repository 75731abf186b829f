/**
 * Telemetry in the cloud: the chunks as the gateways sealed them, each metric's newest value, and series for charts.
 *
 * Promises: a chunk rests here byte by byte as it came; every point of a series has the least, greatest and mean
 * value and the number of the raw readings in its span; a damaged chunk costs its own readings and nothing else, and
 * an answer without them says so. Never re-encodes a chunk, and decodes only the column a chart shows, of the chunks
 * that cross a point's border: digests (`digest.ts`), made in the background, know what the others' headers say.
 */
import type { Logger } from "@logtape/logtape";
import { toTimestamp } from "../../protocol/api/list.ts";
import type { Compressor } from "../../protocol/chunks/chunk.ts";
import type { Clock } from "../../protocol/clock.ts";
import type { LatestValue } from "../../protocol/devices/device.ts";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import { unitOf } from "../../protocol/telemetry/metric-units.ts";
import { TIME_MAX_MS } from "../../protocol/telemetry/reading.ts";
import type { Series, SeriesQuery } from "../../protocol/telemetry/series.ts";
import { HOUR, SECOND } from "../../protocol/units.ts";
import type { Needs, Scope } from "../accounts/scope.ts";
import type { CloudDatabase } from "../database/database.ts";
import { Digests } from "./digests.ts";
import { SeriesReader } from "./series-reader.ts";
import { findSource, readLatest } from "./store.ts";

export { type DeviceChunk, storeChunks } from "./chunk-store.ts";
export { digestedChunks } from "./digest.ts";
export { telemetryRoutes } from "./routes.ts";
export { type NewestValue, readSealedChunk, type SealedChunk } from "./sealed-chunk.ts";

/** How long a reader waits for a gateway to bring up what it has not sealed yet. */
export const FLUSH_TIMEOUT_MS = 1 * SECOND;

export interface TelemetryParts {
  db: CloudDatabase;
  clock: Clock;
  log: Logger;
  compressor: Compressor;
  /** `Hub.flush`: asks a gateway, when it is connected, for what it has not sealed yet. */
  flush(gatewayId: string, devices: readonly string[], timeoutMs: number): Promise<boolean>;
}

export interface Telemetry {
  /** Begins to make digests of what has arrived. */
  start(): void;
  stop(): Promise<void>;
  /** One metric over a span of time. Codes: `record.not-found`, `request.invalid`. */
  series(scope: Scope, deviceId: string, query: SeriesQuery): Promise<Result<Series>>;
  /** The newest value of each metric of a device, by name. Codes: `record.not-found`. */
  metrics(scope: Scope, deviceId: string): Promise<Result<LatestValue[]>>;
}

/** What people need to be allowed. */
export const TELEMETRY_NEEDS: Needs<Telemetry> = { series: "telemetry:read", metrics: "telemetry:read" };

export function createTelemetry(parts: TelemetryParts): Telemetry {
  const { db, clock, flush } = parts;
  const reader = new SeriesReader(parts);
  const digests = new Digests(parts);
  return {
    start: () => digests.start(),
    stop: () => digests.stop(),

    async series(scope, deviceId, query) {
      const toMs = query.to ?? clock.nowMs();
      const fromMs = query.from ?? Math.max(0, toMs - HOUR);
      if (toMs > TIME_MAX_MS) return refuseField("to", "must not be after the year 9999");
      if (fromMs > toMs) return refuseField("from", "must not be after 'to'");
      const source = await findSource(db.read, scope, deviceId);
      if (source === undefined) return refuse("record.not-found", `device ${deviceId}`);
      if (query.kept === undefined) await flush(source.gatewayId, [source.key], FLUSH_TIMEOUT_MS);
      const known = (await readLatest(db.read, deviceId)).map((latest) => latest.metric);
      const metric = query.metric ?? known[0];
      if (metric === undefined) return refuse("record.not-found", "the device has sent no telemetry yet");
      if (!known.includes(metric)) {
        const names = known.length === 0 ? "none yet" : known.join(", ");
        return refuse("record.not-found", `the device has no metric ${metric}; it has: ${names}`);
      }
      return accept({
        metric,
        unit: unitOf(metric),
        from: toTimestamp(fromMs),
        to: toTimestamp(toMs),
        ...(await reader.read({
          deviceId,
          metric,
          fromMs,
          toMs,
          points: query.points,
          clock: query.clock ?? "corrected",
        })),
      });
    },

    async metrics(scope, deviceId) {
      const source = await findSource(db.read, scope, deviceId);
      if (source === undefined) return refuse("record.not-found", `device ${deviceId}`);
      await flush(source.gatewayId, [source.key], FLUSH_TIMEOUT_MS);
      return accept(await readLatest(db.read, deviceId));
    },
  };
}

function refuseField(path: string, message: string): ReturnType<typeof refuse> {
  return refuse("request.invalid", `${path}: ${message}`, [{ path, message }]);
}
