import * as v from "valibot";
import { SECOND } from "../units.ts";
import { wholeNumber } from "./whole-number.ts";

/** Of a query: how many seconds the answer may be held back at most; absent means 0. In ms when it is read. */
export const secondsToWait = (max: number) =>
  v.optional(
    v.pipe(
      wholeNumber(0, max),
      v.transform((seconds) => seconds * SECOND),
    ),
    "0",
  );
