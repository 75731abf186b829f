/** Decimals that leave four significant digits of `value`, at most four. */
export function decimalsOf(value: number): number {
  const size = Math.abs(value);
  if (size === 0) return 0;
  return Math.max(0, Math.min(4, 3 - Math.floor(Math.log10(size))));
}
