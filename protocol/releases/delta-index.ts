/** Bytes that are looked up at once; a stretch that is found is longer than this. */
export const BLOCK_BYTES = 32;
const MULTIPLIER = 0x01000193;
/** What the byte that leaves the window has been multiplied by. */
const LEAVING = power(MULTIPLIER, BLOCK_BYTES);
const NONE = -1;

/** Where in the base blocks of `BLOCK_BYTES` are, by a hash that can be moved on byte by byte. */
export class DeltaIndex {
  readonly #base: Uint8Array;
  readonly #shift: number;
  readonly #places: Int32Array;

  constructor(base: Uint8Array) {
    this.#base = base;
    const blocks = Math.max(2, Math.ceil(base.length / BLOCK_BYTES));
    const bits = Math.ceil(Math.log2(blocks)) + 1;
    this.#shift = 32 - bits;
    this.#places = new Int32Array(2 ** bits).fill(NONE);
  }

  /** Takes in the blocks from `from` up to `to`. Of equal ones the first is known. */
  *fill(every: number): Generator<void> {
    let since = 0;
    for (let at = 0; at + BLOCK_BYTES <= this.#base.length; at += BLOCK_BYTES) {
      const slot = this.#slotOf(hashOf(this.#base, at));
      if (this.#places[slot] === NONE) this.#places[slot] = at;
      since += BLOCK_BYTES;
      if (since >= every) {
        since = 0;
        yield;
      }
    }
  }

  /** Where in the base the block stands that is at `at` in `target`, whose hash this is; null when it is not known. */
  find(target: Uint8Array, at: number, hash: number): number | null {
    const place = this.#places[this.#slotOf(hash)]!;
    if (place === NONE) return null;
    for (let i = 0; i < BLOCK_BYTES; i += 1) if (this.#base[place + i] !== target[at + i]) return null;
    return place;
  }

  /** The upper bits of a product depend on all bits of the hash (Knuth's multiplicative hashing). */
  #slotOf(hash: number): number {
    return Math.imul(hash, 0x9e3779b1) >>> this.#shift;
  }
}

export function hashOf(bytes: Uint8Array, at: number): number {
  let hash = 0;
  for (let i = at; i < at + BLOCK_BYTES; i += 1) hash = (Math.imul(hash, MULTIPLIER) + bytes[i]!) | 0;
  return hash;
}

/** The hash of the block one further than the block at `at`, which has the hash `hash`. */
export function hashMoved(bytes: Uint8Array, at: number, hash: number): number {
  const entering = bytes[at + BLOCK_BYTES]!;
  return (Math.imul(hash, MULTIPLIER) - Math.imul(bytes[at]!, LEAVING) + entering) | 0;
}

function power(base: number, exponent: number): number {
  let result = 1;
  for (let i = 0; i < exponent; i += 1) result = Math.imul(result, base);
  return result;
}
