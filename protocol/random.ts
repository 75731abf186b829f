/** Randomness as a parameter: `secureRandom` of each side in production, a seeded one in tests and simulations. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** `length` random bytes. */
  bytes(length: number): Uint8Array;
}
