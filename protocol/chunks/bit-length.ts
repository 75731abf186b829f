/** Bits in the binary form of a number below 2^53; 0 for 0. */
export function bitLength(value: number): number {
  return value < 0x1_0000_0000 ? 32 - Math.clz32(value) : 64 - Math.clz32(value / 0x1_0000_0000);
}
