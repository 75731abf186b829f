import * as v from "valibot";
import { SECOND } from "../units.ts";

/** Of a query: how many seconds the answer may be held back at most; absent means 0. In ms when it is read. */
export const secondsToWait = (max: number) =>
  v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,2}$/, "must be a whole number of seconds"),
      v.transform(Number),
      v.maxValue(max, `must be at most ${max}`),
      v.transform((seconds) => seconds * SECOND),
    ),
    "0",
  );
