import type { Random } from "./random.ts";

/**
 * Repeatable randomness for simulations and tests: sfc32 (PractRand's small fast counting generator), seeded
 * from a whole number. The same seed gives the same sequence on every machine and in every version.
 */
export function seededRandom(seed: number): Random {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = seed >>> 0;
  let counter = 1;
  const nextInt = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  // The first outputs still show the seed; sfc32's author discards twelve.
  for (let round = 0; round < 12; round += 1) nextInt();
  return {
    next: () => nextInt() / 2 ** 32,
    bytes: (length) => Uint8Array.from({ length }, () => nextInt() & 0xff),
  };
}
