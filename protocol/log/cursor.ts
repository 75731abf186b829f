import * as v from "valibot";
import { idSchema } from "../ids.ts";

/**
 * The logs and how far each side has come in them.
 *
 * A log belongs to one gateway and has an `epoch`: its identity, made anew when its database is. In it, entries
 * carry a growing `seq`, starting at 1. What travels is a *stream*: a log, or a lane of one. The uplog has two
 * lanes, each with its own seq and cursor, so that an alarm never waits behind a backlog of telemetry; order
 * holds within a lane. The downlog has one.
 */
export const STREAMS = ["urgent", "bulk", "down"] as const;
export type Stream = (typeof STREAMS)[number];

/** The lanes of the uplog: `urgent` for state, alarms, job progress and receipts; `bulk` for telemetry chunks. */
export const UPLOG_STREAMS = ["urgent", "bulk"] as const;
export type UplogStream = (typeof UPLOG_STREAMS)[number];

/** Position of an entry in its stream: 1 for the first; 0 as a cursor means "none yet". At most 2^53 - 1. */
export type Seq = number;

export const seqSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Of the entry at a cursor: `markOf` in `entry.ts`. */
export const markSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(2 ** 32 - 1));

/** How far a receiver has applied a log: the epoch it knows, the last seq of it, and the mark of that entry. */
export const cursorSchema = v.object({ epoch: idSchema, seq: seqSchema, mark: v.optional(markSchema) });
export type Cursor = v.InferOutput<typeof cursorSchema>;
