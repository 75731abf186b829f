/**
 * Why a device is as it is, or a run of a job as it ended. What comes in is what the API says: a sentence of a gateway, or of the
 * cloud's rules.
 */
export function reasons() {
  return {
    connection: (reason: string) => reason,
    health: (sentence: string) => sentence,
    run: (reason: string) => reason,
  };
}

export type ReasonWords = ReturnType<typeof reasons>;
