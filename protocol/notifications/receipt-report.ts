import * as v from "valibot";
import { RECEIPTS } from "./outcome.ts";

/**
 * `POST /api/v1/receipts`: what became of a message where it was sent, told by whoever has the token that came with it
 * (`receipt` in the payload), and nobody else.
 */
export const receiptReportSchema = v.pipe(
  v.strictObject({
    token: v.pipe(
      v.string("must be a text"),
      v.regex(/^[A-Za-z0-9_-]{40,80}$/, "must be the receipt of a message"),
    ),
    action: v.picklist(RECEIPTS, `must be one of ${RECEIPTS.join(", ")}`),
  }),
  v.metadata({ ref: "ReceiptReport" }),
);
export type ReceiptReport = v.InferOutput<typeof receiptReportSchema>;
