import * as v from "valibot";

/** What became of handing one message to its platform. */
export const outcomeSchema = v.pipe(
  v.variant("outcome", [
    /** The platform has it. `platformId`: what it calls it. */
    v.object({ outcome: v.literal("sent"), platformId: v.nullable(v.string()) }),
    /** The address is of nobody any more: it is disabled, with the reason. */
    v.object({ outcome: v.literal("gone"), reason: v.string() }),
    /** Not before so long from now. */
    v.object({ outcome: v.literal("throttled"), reason: v.string(), retryAfterMs: v.number() }),
    /** The platform, or the way to it, fails: later. */
    v.object({ outcome: v.literal("retryable"), reason: v.string() }),
    /** Not this message, to this address, with these credentials: trying again is of no use. */
    v.object({ outcome: v.literal("refused"), reason: v.string() }),
  ]),
  v.metadata({ ref: "PushOutcome" }),
);
export type Outcome = v.InferOutput<typeof outcomeSchema>;

export const sent = (platformId: string | null = null): Outcome => ({ outcome: "sent", platformId });
export const gone = (reason: string): Outcome => ({ outcome: "gone", reason });
export const retryable = (reason: string): Outcome => ({ outcome: "retryable", reason });
export const refused = (reason: string): Outcome => ({ outcome: "refused", reason });
export const throttled = (reason: string, retryAfterMs: number): Outcome => ({
  outcome: "throttled",
  reason,
  retryAfterMs,
});

/** What a receiver says of a message. `opened`: somebody looked at it; `dismissed`: somebody put it away. */
export const RECEIPTS = ["delivered", "opened", "dismissed"] as const;
export type Receipt = (typeof RECEIPTS)[number];
