/** Chunks of usual size do with this; larger ones are rare enough to get arrays of their own. */
const SIZE = 4_096;

/**
 * Room for numbers that are needed until the caller is done with its column, and not beyond: to make an array for each
 * column took as long as a pass over it. What is in it is left from before.
 */
export class Scratch {
  readonly #usual = new Float64Array(SIZE);

  take(count: number): Float64Array {
    return count <= SIZE ? this.#usual : new Float64Array(count);
  }
}
