import * as v from "valibot";
import { timestampSchema } from "../api/list.ts";
import { wholeNumber } from "../api/whole-number.ts";

/** `GET /api/v1/devices/{id}/telemetry`: one metric over a span of time, from exact data. */

export const SERIES_POINTS_DEFAULT = 300;
export const SERIES_POINTS_MAX = 5_000;

/** A time in a query: ISO 8601, or ms since 1970 as digits. Becomes ms. */
export const instantSchema = v.pipe(
  v.string(),
  v.transform((text) => (/^\d+$/.test(text) ? Number(text) : Date.parse(text))),
  v.number("must be a time: ISO 8601 or ms since 1970"),
  v.safeInteger("must be a time: ISO 8601 or ms since 1970"),
);

/** `metric` absent: the device's first metric by name. `from` absent: an hour before `to`. `to` absent: now. */
export const seriesQuerySchema = v.object({
  metric: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(64))),
  from: v.optional(instantSchema),
  to: v.optional(instantSchema),
  points: v.optional(wholeNumber(1, SERIES_POINTS_MAX), String(SERIES_POINTS_DEFAULT)),
  /** `gateway`: `from`, `to` and the points by the gateway's own clock. Absent: corrected. */
  clock: v.optional(v.picklist(["corrected", "gateway"])),
  /** At once, from what the cloud has: the gateway is not asked for what it has not sealed yet. Absent: it is. */
  kept: v.optional(v.literal("true", "must be true, or be left out")),
});
export type SeriesQuery = v.InferOutput<typeof seriesQuerySchema>;

/** `[time of the bucket's first reading (ms), min, mean, max, count]` */
export const seriesPointSchema = v.tuple([v.number(), v.number(), v.number(), v.number(), v.number()]);
export type SeriesPoint = v.InferOutput<typeof seriesPointSchema>;

/** What of a span could not be read: the points are true of all other readings. */
export const seriesQualitySchema = v.object({
  /** Chunks whose bytes changed at rest. */
  damagedChunks: v.number(),
  /** At most so many readings are not in the points; those of other metrics and times count too. */
  missingReadings: v.number(),
  /** Readings the gateway dropped when its disk budget was used up, in spans of time that touch this one. */
  droppedReadings: v.number(),
});
export type SeriesQuality = v.InferOutput<typeof seriesQualitySchema>;

/** Readings of this stretch were stamped by a gateway whose clock was off. `from` and `to` are corrected. */
export const clockCorrectionSchema = v.object({
  /** By how much the clock was ahead, ms; negative: behind. It is taken off the readings' times. */
  skewMs: v.number(),
  from: timestampSchema,
  to: timestampSchema,
});
export type ClockCorrection = v.InferOutput<typeof clockCorrectionSchema>;

/**
 * At most `points` rows in order of time; empty buckets are absent, so gaps stay gaps. Booleans count as 0 and 1;
 * text metrics have no points.
 */
export const seriesSchema = v.pipe(
  v.object({
    metric: v.string(),
    unit: v.string(),
    from: timestampSchema,
    to: timestampSchema,
    points: v.array(seriesPointSchema),
    /** Absent: nothing is missing. */
    quality: v.optional(seriesQualitySchema),
    /**
     * Part of the span rests thinned: to one row a chunk in the cloud, or to rows of a minute to a day by a gateway that
     * ran out of room. Points are as exact as ever, but for those finer than a row: the row then counts where its first
     * reading lies.
     */
    thinned: v.optional(v.literal(true)),
    /** Stretches whose times are corrected, earliest first. Absent: none, or `?clock=gateway` asked for none. */
    corrected: v.optional(v.array(clockCorrectionSchema)),
  }),
  v.metadata({ ref: "Series" }),
);
export type Series = v.InferOutput<typeof seriesSchema>;
