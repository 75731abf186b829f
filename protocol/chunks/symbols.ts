import { bitLength } from "./bit-length.ts";

/**
 * Numbers below 2^53 as symbols for a code of variable length: one below 16 is a symbol of its own; a larger one is a
 * symbol for its bit length and second highest bit, followed by the rest of its bits as they are.
 */

const DIRECT = 16;
/** Bit length of the smallest number that is not a symbol of its own. */
const DIRECT_BITS = 5;
/** Numbers are below 2^53. */
export const SYMBOLS = DIRECT + (53 - DIRECT_BITS + 1) * 2;
export function symbolOf(number: number): number {
  return number < SMALL ? SMALL_SYMBOLS[number]! : computeSymbol(number);
}

/** Below this symbols are looked up: whether a number is its own symbol is a branch that nobody can predict. */
const SMALL = 1_024;
const SMALL_SYMBOLS = Uint8Array.from({ length: SMALL }, (_, number) => computeSymbol(number));

function computeSymbol(number: number): number {
  if (number < DIRECT) return number;
  const length = bitLength(number);
  const second = length < 32 ? (number >>> (length - 2)) & 1 : Math.floor(number / 2 ** (length - 2)) & 1;
  return DIRECT + (length - DIRECT_BITS) * 2 + second;
}

/** Bit length of the numbers of a symbol. */
export function lengthOf(symbol: number): number {
  return symbol < DIRECT ? bitLength(symbol) : DIRECT_BITS + ((symbol - DIRECT) >>> 1);
}

/** Bits that follow a symbol. */
function extraBits(symbol: number): number {
  return symbol < DIRECT ? 0 : DIRECT_BITS - 2 + ((symbol - DIRECT) >>> 1);
}

/** The smallest number of a symbol. */
function baseOf(symbol: number): number {
  return symbol < DIRECT ? symbol : (2 + ((symbol - DIRECT) & 1)) * 2 ** extraBits(symbol);
}

export const EXTRA_BITS = Uint8Array.from({ length: SYMBOLS }, (_, symbol) => extraBits(symbol));
export const BASES = Float64Array.from({ length: SYMBOLS }, (_, symbol) => baseOf(symbol));

/** The bases of symbols with few extra bits, in the integer registers that their extra bits come in. */
export const SHORT_BASES = Int32Array.from(BASES, (base) => (base < 2 ** 30 ? base : 0));
