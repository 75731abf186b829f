/** Why a device is as it is. What comes in is what the API says: a sentence of a gateway, or of the rules of health. */
export function reasons() {
  return {
    connection: (reason: string) => reason,
    health: (sentence: string) => sentence,
  };
}

export type ReasonWords = ReturnType<typeof reasons>;
