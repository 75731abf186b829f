import { numberFormat } from "./formats.ts";

/** A count with thousands apart: `12,345`. */
export function formatCount(count: number): string {
  return numberFormat("en-GB", 0, 3).format(count);
}

/** A count with its noun: `1 site`, `12 sites`. `many` when the plural is not an added `s`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/**
 * A measured number as people read it: four significant digits, no trailing zeros beyond `digits` decimals when given.
 * Very large and very small numbers in powers of ten.
 */
export function formatNumber(value: number, digits?: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e9 || size < 1e-4)) return value.toExponential(2);
  const decimals = digits ?? decimalsOf(value);
  return numberFormat("en-GB", digits ?? 0, decimals).format(value);
}

/** Decimals that leave four significant digits of `value`, at most four. */
export function decimalsOf(value: number): number {
  const size = Math.abs(value);
  if (size === 0) return 0;
  return Math.max(0, Math.min(4, 3 - Math.floor(Math.log10(size))));
}
