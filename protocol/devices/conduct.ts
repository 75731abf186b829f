import * as v from "valibot";
import { MINUTE, SECOND } from "../units.ts";

/**
 * How a device behaves towards its gateway, as far as that is amiss: what is absent is well. The gateway notices it, and
 * the cloud makes a part of the device's health of it.
 */
export const conductEntries = {
  /** Messages of the last few that could not be understood. */
  refused: v.optional(
    v.object({
      /** How many of them were. */
      count: v.pipe(v.number(), v.integer(), v.minValue(1)),
      /** How many were looked at: {@link MESSAGES_WATCHED} at most. */
      of: v.pipe(v.number(), v.integer(), v.minValue(1)),
      /** Of the newest: what was wrong with it, and where it was sent; "" where that is not known. */
      code: v.pipe(v.string(), v.maxLength(60)),
      reason: v.pipe(v.string(), v.maxLength(300)),
      topic: v.pipe(v.string(), v.maxLength(300)),
    }),
  ),
  /** It answers later than it should, or not at all any more. */
  slow: v.optional(
    v.object({
      /** How long it took, or is silent already, ms. */
      tookMs: v.pipe(v.number(), v.integer(), v.minValue(0)),
      expectedMs: v.pipe(v.number(), v.integer(), v.minValue(0)),
      answered: v.boolean(),
    }),
  ),
  /** The times it gives its readings are off by so much, ms; ahead when positive. */
  clock: v.optional(v.object({ aheadMs: v.pipe(v.number(), v.integer()) })),
};

export const conductSchema = v.object(conductEntries);
export type Conduct = v.InferOutput<typeof conductSchema>;

export const MESSAGES_WATCHED = 20;
/** An answer that takes longer is late. */
export const ANSWER_EXPECTED_MS = SECOND;
/** Times that are off by less are left alone: messages wait, and clocks drift. */
export const DATED_WRONG_MS = MINUTE;

/** Refused messages that make an error of a warning: half of them, and so many at least. */
const REFUSED_ERROR = 3;

/** 2 an error, 1 a warning, 0 nothing: as `device_trouble` has it. */
export function conductSeverity({ refused, slow, clock }: Conduct): 0 | 1 | 2 {
  if (refused !== undefined && refusedMost(refused)) return 2;
  return refused !== undefined || slow !== undefined || clock !== undefined ? 1 : 0;
}

/** Whether so many were refused that little of what it says arrives. */
export function refusedMost({ count, of }: NonNullable<Conduct["refused"]>): boolean {
  return count >= REFUSED_ERROR && count * 2 >= of;
}
