import { exponentOf, POWERS_OF_TEN } from "./decimals.ts";

/** Decimals of fifteen digits are told apart by their doubles, so a sum can be taken up again where it was left. */
const WHOLE_LIMIT = 1e15;

/**
 * The sum of numbers as thinned rows define it. While all are short decimals and their sum in units of the last place
 * needed stays below 10^15, it is the decimal sum itself, rounded once: the same in whatever order and in however many
 * steps it came about. Else it is `0 + first + … + last`, added as doubles. Beyond the range of doubles it stays at the
 * end of it.
 */
export class ThinSum {
  #exponent = 0;
  /** In units of 10^-exponent; undefined once it cannot be told. */
  #whole: number | undefined = 0;
  #double = 0;

  add(value: number): void {
    this.#double = clamp(this.#double + value);
    if (this.#whole === undefined || value === 0) return;
    const exponent = exponentOf(value, this.#exponent);
    if (exponent === undefined) {
      this.#whole = undefined;
      return;
    }
    const shifted = this.#whole * POWERS_OF_TEN[exponent - this.#exponent]!;
    const whole = shifted + Math.round(value * POWERS_OF_TEN[exponent]!);
    // All parts within the limit: otherwise one of them may be rounded already.
    const isExact = [shifted, whole, whole - shifted].every((part) => Math.abs(part) < WHOLE_LIMIT);
    this.#whole = isExact ? whole : undefined;
    this.#exponent = exponent;
  }

  get value(): number {
    return this.#whole === undefined ? this.#double : this.#whole / POWERS_OF_TEN[this.#exponent]!;
  }
}

function clamp(sum: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, sum));
}
