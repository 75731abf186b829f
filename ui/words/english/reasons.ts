import type { KnownReason } from "../known-reasons.ts";

/**
 * Why a device is as it is, or a run of a job as it ended. What comes in is what the API says: a sentence of a gateway, or of the
 * cloud's rules.
 */
export function reasons() {
  return {
    connection: (reason: string) => reason,
    health: (sentence: string) => sentence,
    run: (reason: string) => reason,
    /** `own` is what the API says, `facts` what varies in it. Before somebody else's words it ends with a colon and a space. */
    work: (_name: KnownReason, own: string, _facts: readonly (string | undefined)[]) => own,
    /** Before what nobody of ours says. */
    platformSaid: "The platform said: ",
    inTheirWords: "In its own words",
  };
}

export type ReasonWords = ReturnType<typeof reasons>;
